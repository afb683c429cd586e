// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

/**
 * The message that the broker publishes for a client whose connection ended without a DISCONNECT.
 *
 * @param delay seconds from the end of the connection, 0 to 2^32-1
 */
public record Will(Message message, long delay) {}
