// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.Test;

public class Sha256Test {

    private static final String OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    public void digestsTheRemainingBytes() {
        ByteBuffer bytes =
                ByteBuffer.wrap("xabc".getBytes(StandardCharsets.US_ASCII)).position(1);
        assertEquals(OF_ABC, Sha256.digestOf(bytes).hex());
        assertFalse(bytes.hasRemaining());
    }

    @Test
    public void caseOfTheDigitsDoesNotMatter() {
        assertEquals(new Sha256(OF_ABC), new Sha256(OF_ABC.toUpperCase(Locale.ROOT)));
    }

    @Test
    public void bytesAndHexAreTheSameDigest() {
        Sha256 digest = new Sha256(OF_ABC);
        assertEquals(Sha256.LENGTH, digest.bytes().length);
        assertEquals(digest, Sha256.of(digest.bytes()));
        assertArrayEquals(digest.bytes(), Sha256.of(digest.bytes()).bytes());
    }

    @Test
    public void anythingButSixtyFourHexDigitsIsRefused() {
        String digits = "0".repeat(63);
        for (String hex :
                List.of("", digits, digits + "00", digits + "g", digits + "-", digits + "\uFF10", digits + " ")) {
            assertThrows(hex, IllegalArgumentException.class, () -> new Sha256(hex));
        }
        assertThrows(IllegalArgumentException.class, () -> Sha256.of(new byte[31]));
    }
}
