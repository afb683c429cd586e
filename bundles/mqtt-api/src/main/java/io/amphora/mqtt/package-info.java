// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * The words of MQTT as values: names, filters, qualities of service, reason codes and the packets that a listener and
 * the broker exchange. Each value validates itself when it is made, so whoever holds one need not check it again.
 *
 * <p>References such as {@code [MQTT-4.7.1-1]} name statements of the OASIS MQTT 5.0 specification. Parameters and
 * results are never {@code null}; all types are immutable and thread-safe unless they say otherwise.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package io.amphora.mqtt;
