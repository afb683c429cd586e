// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** A file of random bytes that can be made again from its seed, so that thousands need no memory. Immutable. */
public record SentFile(String clientId, String fileId, String name, int size, long seed) {

    /** The content, made anew. */
    public byte[] bytes() {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** What init says of it. */
    public byte[] meta() {
        return ("{\"name\":\"" + name + "\",\"size\":" + size + ",\"user_data\":{\"seed\":" + seed + "}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** SHA-256 as 64 hex digits. */
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
