// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A client's own text as part of a key: it stays within one level, and different texts stay different. What would break
 * out, end a level, confuse tools or stand for something else is percent-encoded; a text that is too long is cut and
 * closed by its hash.
 */
final class KeyLevel {

    /** Bytes of the longest: what servers take that keep objects in files. */
    static final int MAX_BYTES = 240;

    private KeyLevel() {}

    static String of(String text) {
        if (text.isEmpty() || text.equals(".") || text.equals("..")) {
            return ShortText.fit(text.replace(".", "%2E"), MAX_BYTES);
        }
        StringBuilder level = new StringBuilder(text.length());
        text.codePoints().forEach(c -> append(level, c));
        return ShortText.fit(level.toString(), MAX_BYTES);
    }

    private static void append(StringBuilder level, int c) {
        boolean escaped = c == '/' || c == '\\' || c == '%' || c == '~' || Character.isISOControl(c);
        if (!escaped) {
            level.appendCodePoint(c);
            return;
        }
        for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
            level.append(String.format(Locale.ROOT, "%%%02X", b));
        }
    }
}
