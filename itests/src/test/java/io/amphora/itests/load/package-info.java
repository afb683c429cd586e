// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
/**
 * A load generator for file transfer, and the benchmark that runs it. {@link io.amphora.itests.load.Load} uploads files
 * over many connections from one thread and tells how fast that went; it knows as much of MQTT as that takes and uses
 * nothing but the JDK. {@link io.amphora.itests.load.Benchmark} starts the real distribution, runs the standard scenarios
 * and prints a table.
 *
 * <pre>
 * mvn -DskipTests package
 * java -Damphora.home=. -cp itests/target/test-classes io.amphora.itests.load.Benchmark --repeat 3
 * java -cp itests/target/test-classes io.amphora.itests.load.Load medium --port 1883 --verify data/exports
 * </pre>
 */
package io.amphora.itests.load;
