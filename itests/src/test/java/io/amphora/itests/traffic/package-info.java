// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
/**
 * A load generator for ordinary messages, and the benchmark that runs it with Amphora and with other brokers. {@link
 * io.amphora.itests.traffic.TrafficLoad} speaks MQTT 3.1.1 over raw sockets, publishers on one thread and subscribers on
 * another, and accounts for every message. {@link io.amphora.itests.traffic.TrafficBenchmark} starts the brokers, runs
 * the scenarios in a process of their own, and prints tables.
 */
package io.amphora.itests.traffic;
