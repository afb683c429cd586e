// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import io.amphora.transfer.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * An id as one level of a path. What a file system, a shell or a listing could take for something else is
 * percent-encoded; an id too long for a name is cut and closed by its hash. Two ids never share a segment. Immutable.
 */
record PathSegment(String value) {

    /** Bytes of the longest name that common file systems take. */
    static final int MAX_BYTES = 255;

    /** Closes a cut id. No other segment has it, since a percent sign is followed by two hex digits otherwise. */
    private static final String CUT = "%~";

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private static final int MAX_CUT_BYTES = MAX_BYTES - CUT.length() - 2 * Sha256.LENGTH;

    static PathSegment of(String id) {
        String encoded = encode(id);
        return new PathSegment(utf8(encoded).length <= MAX_BYTES ? encoded : cut(encoded) + CUT + hash(id));
    }

    private static String encode(String id) {
        StringBuilder encoded = new StringBuilder(id.length());
        for (int at = 0; at < id.length(); at += Character.charCount(id.codePointAt(at))) {
            int c = id.codePointAt(at);
            boolean last = at + Character.charCount(c) == id.length();
            if (isUnsafe(c) || (at == 0 && isUnsafeFirst(c)) || (last && isUnsafeLast(c))) {
                appendEscaped(encoded, c);
            } else {
                encoded.appendCodePoint(c);
            }
        }
        return encoded.toString();
    }

    private static boolean isUnsafe(int c) {
        return "%/\\:".indexOf(c) >= 0
                || Character.isISOControl(c)
                || Character.getType(c) == Character.SURROGATE
                || Character.getType(c) == Character.LINE_SEPARATOR
                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR;
    }

    /** Hidden files, options of commands, home directories, names that a listing shows wrongly. */
    private static boolean isUnsafeFirst(int c) {
        return c == '.' || c == '-' || c == '~' || Character.isWhitespace(c);
    }

    /** What other file systems, on which the directory may be shared, cut off. */
    private static boolean isUnsafeLast(int c) {
        return c == '.' || Character.isWhitespace(c);
    }

    private static void appendEscaped(StringBuilder encoded, int c) {
        for (byte b : utf8(Character.toString(c))) {
            encoded.append('%').append(HEX.toHexDigits(b));
        }
    }

    /** The longest beginning that leaves room for the hash and ends between two characters. */
    private static String cut(String encoded) {
        int end = 0;
        int bytes = 0;
        while (true) {
            int next = encoded.charAt(end) == '%' ? end + 3 : encoded.offsetByCodePoints(end, 1);
            bytes += utf8(encoded.substring(end, next)).length;
            if (bytes > MAX_CUT_BYTES) {
                return encoded.substring(0, end);
            }
            end = next;
        }
    }

    private static String hash(String id) {
        return Sha256.digestOf(ByteBuffer.wrap(utf8(id))).hex();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
