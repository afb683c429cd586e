// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer;

import java.nio.charset.StandardCharsets;

/**
 * A file name that a client gave and that is safe to use as one: a single level, no {@code .} or {@code ..}, none of
 * {@code / \ :} and no control character.
 *
 * @param value 1 to 240 bytes of UTF-8
 */
public record SafeName(String value) {

    /** Bytes of UTF-8 of the longest name: what file systems take, less room for a suffix. */
    public static final int MAX_BYTES = 240;

    /** @throws IllegalArgumentException saying what is wrong with the name */
    public SafeName {
        if (value.isEmpty() || value.equals(".") || value.equals("..")) {
            throw new IllegalArgumentException("a file name may not be empty, '.' or '..'");
        }
        if (value.chars().anyMatch(SafeName::isForbidden)) {
            throw new IllegalArgumentException("a file name may not contain '/', '\\', ':' or control characters");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new IllegalArgumentException("a file name may not contain unpaired surrogates");
        }
        if (value.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new IllegalArgumentException("a file name has at most " + MAX_BYTES + " bytes of UTF-8");
        }
    }

    private static boolean isForbidden(int c) {
        return c == '/' || c == '\\' || c == ':' || Character.isISOControl(c);
    }

    @Override
    public String toString() {
        return value;
    }
}
