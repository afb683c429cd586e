// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import org.junit.Test;

public class ByteRangeTest {

    @Test
    public void aRangeMayBeEmpty() {
        assertEquals(0, new ByteRange(7, 7).length());
    }

    @Test
    public void aRangeMayEndAtTheGreatestNumber() {
        assertEquals(Long.MAX_VALUE, new ByteRange(0, Long.MAX_VALUE).length());
    }

    @Test
    public void aRangeNeitherBeginsBelowZeroNorEndsBeforeItBegins() {
        assertThrows(IllegalArgumentException.class, () -> new ByteRange(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> new ByteRange(2, 1));
    }
}
