// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * What the specifications of MQTT 3.1.1 and 5.0 ask of a server, shown in dialogues over a raw socket with the running
 * distribution. Each test names the {@link io.amphora.itests.conformance.Statement}s that it shows; {@code
 * docs/conformance.md} is made from them and from the lists of all statements.
 */
package io.amphora.itests.conformance;
