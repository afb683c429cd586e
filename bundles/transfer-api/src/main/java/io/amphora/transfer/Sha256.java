// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 digest.
 *
 * @param hex 64 lower-case hex digits
 */
public record Sha256(String hex) {

    /** Bytes of a digest. */
    public static final int LENGTH = 32;

    private static final HexFormat HEX = HexFormat.of();

    /** @throws IllegalArgumentException unless {@code hex} is 64 hex digits; either case is taken */
    public Sha256 {
        if (hex.length() != 2 * LENGTH || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException("a SHA-256 is 64 hex digits");
        }
        hex = hex.toLowerCase(java.util.Locale.ROOT);
    }

    /** The digest of 32 bytes; {@link IllegalArgumentException} for any other number. */
    public static Sha256 of(byte[] digest) {
        return new Sha256(HEX.formatHex(digest));
    }

    /** The digest of the remaining bytes, whose position is moved to the limit. */
    public static Sha256 digestOf(ByteBuffer bytes) {
        MessageDigest digest = newDigest();
        digest.update(bytes);
        return of(digest.digest());
    }

    /** A fresh running digest. */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The 32 bytes. */
    public byte[] bytes() {
        return HEX.parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
