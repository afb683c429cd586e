// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.s3.testing;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a request says before its body. Immutable.
 *
 * @param line the first, as {@code PUT /bucket/key HTTP/1.1}
 * @param headers by name in lower case
 */
public record RequestHead(String line, Map<String, String> headers) {

    public RequestHead {
        headers = Map.copyOf(headers);
    }

    /** @param text that begins with the head */
    static RequestHead parse(String text) {
        int end = text.indexOf("\r\n\r\n");
        List<String> lines = (end < 0 ? text : text.substring(0, end)).lines().toList();
        Map<String, String> headers = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] parts = line.split(":", 2);
            headers.put(parts[0].toLowerCase(Locale.ROOT), parts.length == 2 ? parts[1].strip() : "");
        }
        return new RequestHead(lines.get(0), headers);
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** The access key that signed it, with version 4 of the signatures; empty if none did. */
    public String accessKey() {
        String signed = headers.getOrDefault("authorization", "");
        int from = signed.indexOf("Credential=");
        return from < 0 ? "" : signed.substring(from + "Credential=".length(), signed.indexOf('/', from));
    }
}
