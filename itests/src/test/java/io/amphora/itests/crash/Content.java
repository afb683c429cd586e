// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import java.util.Arrays;
import java.util.Random;

/** The bytes of a file in several versions, made anew from a seed whenever they are needed. Immutable. */
record Content(long seed, int size) {

    /** Versions that there are at most; the model keeps a set of them in a byte. */
    static final int VERSIONS = 8;

    /** The whole file. */
    byte[] bytes(int version) {
        byte[] bytes = new byte[size];
        new Random(seed * VERSIONS + version).nextBytes(bytes);
        return bytes;
    }

    byte[] segment(int version, int offset, int end) {
        return Arrays.copyOfRange(bytes(version), offset, end);
    }
}
