// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;

import org.junit.Test;

public class TransferIdTest {

    @Test
    public void theKeyKnowsWhereTheClientIdEnds() {
        assertNotEquals(new TransferId("ab", "c").key(), new TransferId("a", "bc").key());
        assertNotEquals(new TransferId("a", "b").key(), new TransferId("b", "a").key());
    }

    /** Names in the spool and at the exporters' depend on it. */
    @Test
    public void theKeyIsTheSameInEveryVersion() {
        assertEquals(
                "4ed6bc0e6c442cc9dea0958da60e09eacffb08950961b661d83f63a8f2a5208a",
                new TransferId("client", "file").key().hex());
    }

    @Test
    public void emptyPartsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new TransferId("", "file"));
        assertThrows(IllegalArgumentException.class, () -> new TransferId("client", ""));
    }
}
