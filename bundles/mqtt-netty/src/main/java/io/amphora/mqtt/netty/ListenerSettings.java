// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import java.util.Optional;

/**
 * What an operator decides about one listener. Immutable.
 *
 * @param host name or address to listen on
 * @param port 0 for any that is free
 * @param maximumPacketSize bytes
 * @param connectTimeout milliseconds from the connection to CONNECT
 * @param idleTimeout milliseconds without a packet for a client without keep-alive; 0 is for ever
 * @param drainTimeout milliseconds that a stop waits for what clients were promised
 * @param maximumConnections at once
 * @param backlog connections that the operating system holds before they are accepted
 * @param webSocket how it speaks WebSocket, if it does
 * @param tls its identity, if it speaks TLS
 * @param proxies who stands between it and the clients, if somebody does
 */
record ListenerSettings(
        String name,
        String host,
        int port,
        int maximumPacketSize,
        long connectTimeout,
        long idleTimeout,
        long drainTimeout,
        int maximumConnections,
        int backlog,
        Optional<WebSocketSettings> webSocket,
        Optional<TlsFiles> tls,
        Optional<TrustedProxies> proxies) {

    /** The largest packet that MQTT can express: five bytes of fixed header and the largest remaining length. */
    private static final int LARGEST_PACKET = 5 + 268_435_455;

    ListenerSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host is empty");
        }
        require("port", port, 0, 65_535);
        require("max_packet_size", maximumPacketSize, 1_024, LARGEST_PACKET);
        require("connect_timeout", connectTimeout, 1, Integer.MAX_VALUE);
        require("idle_timeout", idleTimeout, 0, Integer.MAX_VALUE * 1_000L);
        require("drain_timeout", drainTimeout, 0, 600_000);
        require("max_connections", maximumConnections, 1, Integer.MAX_VALUE);
        require("backlog", backlog, 1, 65_535);
    }

    /** What is spoken, in a word. */
    String transport() {
        return webSocket.isPresent() ? tls.isPresent() ? "wss" : "ws" : tls.isPresent() ? "tls" : "tcp";
    }

    private static void require(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + " = " + value + " is not within " + min + " to " + max);
        }
    }
}
