// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import static org.junit.Assert.assertEquals;

import com.pholser.junit.quickcheck.Property;
import com.pholser.junit.quickcheck.runner.JUnitQuickcheck;
import java.util.zip.CRC32;
import org.junit.Test;
import org.junit.runner.RunWith;

@RunWith(JUnitQuickcheck.class)
public class Crc32sTest {

    @Property
    public void thatOfTwoPiecesIsThatOfTheWhole(String first, String second) {
        byte[] tail = second.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        int combined = Crc32s.combined(crc(first), crc(second), tail.length);
        assertEquals(crc(first + second), combined);
    }

    @Test
    public void nothingBehindChangesNothing() {
        assertEquals(0x12345678, Crc32s.combined(0x12345678, 0, 0));
    }

    @Test
    public void isSpeltAsS3SpellsIt() {
        assertEquals("y/Q5Jg==", Crc32s.toBase64(crc("123456789")));
        assertEquals(crc("123456789"), Crc32s.fromBase64("y/Q5Jg=="));
    }

    private static int crc(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }
}
