// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the search varies: the first byte of an input says how many of the others come at a time, the others are what a
 * client sends. Confined to the search's thread.
 */
final class ConnectionFuzz {

    static final byte[] UPGRADE = String.join(
                    "\r\n",
                    "GET /mqtt HTTP/1.1",
                    "Host: x",
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                    "Sec-WebSocket-Protocol: mqtt",
                    "",
                    "")
            .getBytes(StandardCharsets.US_ASCII);

    private ConnectionFuzz() {}

    private static int atATime(byte... input) {
        return input[0] == 0 ? Integer.MAX_VALUE : input[0] & 0xFF;
    }

    /** MQTT as it stands. */
    public static final class Plain {

        private Plain() {}

        public static void fuzzerTestOneInput(byte[] input) {
            if (input.length > 0) {
                try (FuzzedConnection connection = new FuzzedConnection(Optional.empty(), Optional.empty())) {
                    connection.receive(input, 1, atATime(input));
                    connection.assertAnswersAreWhole();
                }
            }
        }
    }

    /** The frames of a WebSocket, or with 255 in front all from its request on. */
    public static final class Frames {

        private Frames() {}

        public static void fuzzerTestOneInput(byte[] input) {
            Optional<WebSocketSettings> settings = Optional.of(new WebSocketSettings("/mqtt", Set.of()));
            if (input.length > 0) {
                try (FuzzedConnection connection = new FuzzedConnection(settings, Optional.empty())) {
                    if (input[0] != -1) {
                        connection.receive(UPGRADE, 0, UPGRADE.length);
                    }
                    connection.receive(input, 1, atATime(input));
                }
            }
        }
    }

    /** A PROXY header and what follows it. */
    public static final class Proxied {

        private Proxied() {}

        public static void fuzzerTestOneInput(byte[] input) {
            Optional<TrustedProxies> proxies = Optional.of(TrustedProxies.of(List.of("127.0.0.1")));
            if (input.length > 0) {
                try (FuzzedConnection connection = new FuzzedConnection(Optional.empty(), proxies)) {
                    connection.receive(input, 1, atATime(input));
                    connection.assertAnswersAreWhole();
                }
            }
        }
    }
}
