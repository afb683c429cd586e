// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

/** JSON text in a form that every database stores as it is. Immutable. */
final class JsonText {

    private JsonText() {}

    /**
     * The same JSON with unpaired surrogates written as escapes: JSON strings may hold such halves of characters, but UTF-8
     * has no bytes for them. They occur in strings only, as does U+0000, which is an escape in JSON anyway.
     */
    static String storable(String json) {
        StringBuilder text = null;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            boolean paired = Character.isHighSurrogate(c)
                    && i + 1 < json.length()
                    && Character.isLowSurrogate(json.charAt(i + 1));
            if (Character.isSurrogate(c) && !paired) {
                text = text == null ? new StringBuilder(json.length() + 16).append(json, 0, i) : text;
                text.append(String.format("\\u%04x", (int) c));
            } else if (text != null) {
                text.append(c);
            }
            if (paired) {
                i++;
                if (text != null) {
                    text.append(json.charAt(i));
                }
            }
        }
        return text == null ? json : text.toString();
    }
}
