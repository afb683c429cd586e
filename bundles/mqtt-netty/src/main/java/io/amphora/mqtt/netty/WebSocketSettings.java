// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/**
 * Where a listener speaks WebSocket, and to whose pages. Immutable.
 *
 * @param path of the one resource that it has
 * @param origins of pages that may connect besides the listener's own, as {@code https://example.org}; {@code *} for all
 */
record WebSocketSettings(String path, Set<String> origins) {

    WebSocketSettings {
        if (!path.startsWith("/") || path.indexOf('?') >= 0) {
            throw new IllegalArgumentException("path = " + path + " is no path that begins with /");
        }
        origins = Set.copyOf(origins);
    }

    /** Whether a page of this origin may connect to a host; every browser tells the origin, and a page cannot forge it. */
    boolean allows(String origin, String host) {
        return origins.contains("*") || origins.contains(origin) || isOwn(origin, host);
    }

    private static boolean isOwn(String origin, String host) {
        try {
            return host.equalsIgnoreCase(new URI(origin).getRawAuthority());
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
