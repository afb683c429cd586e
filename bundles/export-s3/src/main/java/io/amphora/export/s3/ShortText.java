// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.transfer.Sha256;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/** Text that has to fit. */
final class ShortText {

    private static final int HASH_DIGITS = 32;

    private ShortText() {}

    /**
     * The text, if it has at most so many bytes of UTF-8; else as much of it as there is room for, a tilde, and digits
     * of its SHA-256.
     */
    static String fit(String text, int bytes) {
        byte[] all = text.getBytes(StandardCharsets.UTF_8);
        if (all.length <= bytes) {
            return text;
        }
        CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
        CharBuffer chars = CharBuffer.wrap(text);
        encoder.encode(chars, ByteBuffer.allocate(bytes - 1 - HASH_DIGITS), true);
        String hash = Sha256.digestOf(ByteBuffer.wrap(all)).hex().substring(0, HASH_DIGITS);
        return text.substring(0, chars.position()) + "~" + hash;
    }
}
