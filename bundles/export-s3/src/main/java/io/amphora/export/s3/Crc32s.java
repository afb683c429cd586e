// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * The CRC-32 of bytes from those of their pieces. Appending bytes to others multiplies the checksum of those by a power
 * of x in the field of polynomials over GF(2) modulo that of CRC-32. Polynomials have their lowest power in the highest
 * bit.
 */
final class Crc32s {

    private static final int POLYNOMIAL = 0xEDB88320;
    private static final int ONE = 0x80000000;
    private static final int X = 0x40000000;

    private Crc32s() {}

    /**
     * The checksum of two pieces.
     *
     * @param secondLength bytes of the second
     */
    static int combined(int first, int second, long secondLength) {
        return times(first, power(8, secondLength)) ^ second;
    }

    /** As S3 spells it: four bytes in Base64. */
    static String toBase64(int crc) {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt(crc).array());
    }

    static int fromBase64(String crc) {
        return ByteBuffer.wrap(Base64.getDecoder().decode(crc)).getInt();
    }

    /** {@code x} to the power of {@code factor * count}. */
    private static int power(int factor, long count) {
        int base = X;
        for (int n = factor; n > 1; n /= 2) {
            base = times(base, base);
        }
        int result = ONE;
        for (long n = count; n > 0; n >>= 1) {
            if ((n & 1) == 1) {
                result = times(result, base);
            }
            base = times(base, base);
        }
        return result;
    }

    private static int times(int a, int b) {
        int product = 0;
        int multiple = b;
        for (int bit = ONE; bit != 0; bit >>>= 1) {
            if ((a & bit) != 0) {
                product ^= multiple;
            }
            multiple = (multiple & 1) == 0 ? multiple >>> 1 : (multiple >>> 1) ^ POLYNOMIAL;
        }
        return product;
    }
}
