// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.http;

import io.amphora.transfer.SafeName;
import io.amphora.transfer.TransferId;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Where files are on the server: {@code BASE/KEY/NAME}. The key is the transfer's SHA-256, so that no id, however
 * hostile, reaches the path. Immutable.
 */
record Locations(String base) {

    /** @throws IllegalArgumentException naming the setting, unless it is a URL of a folder */
    static Locations below(String url) {
        if (url == null || url.isBlank()) {
            throw new IllegalArgumentException("url: required");
        }
        URI uri = parse(url.strip());
        boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!web || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
            throw new IllegalArgumentException("url: an http or https URL without query and fragment, not " + url);
        }
        return new Locations(uri.toString().replaceFirst("/*$", "/"));
    }

    private static URI parse(String url) {
        try {
            return URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("url: " + e.getMessage(), e);
        }
    }

    URI of(TransferId id, SafeName name) {
        return URI.create(base + id.key().hex() + "/" + encode(name.value()));
    }

    /** As in a path, not in a form. */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Whether a location is one of these, so that credentials go nowhere else. */
    boolean contains(URI location) {
        return location.toString().startsWith(base);
    }
}
