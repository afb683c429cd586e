// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import java.net.SocketAddress;
import java.util.Optional;

/**
 * Who is behind a connection, once CONNECT was accepted.
 *
 * @param username as authenticated
 * @param peer address of the other end
 */
public record ClientInfo(ClientId id, MqttVersion version, Optional<String> username, SocketAddress peer) {}
