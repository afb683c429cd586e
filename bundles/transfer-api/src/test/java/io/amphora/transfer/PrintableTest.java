// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import org.junit.Test;

/** Text of clients in log lines. */
public final class PrintableTest {

    @Test
    public void whatATerminalObeysIsWrittenOut() {
        assertEquals("a\\u000d\\u000aINFO forged", Printable.of("a\r\nINFO forged"));
        assertEquals("\\u001b[2J\\u202egnp.exe", new Printable("\u001b[2J\u202egnp.exe").toString());
        assertEquals("中文/🌚", Printable.of("中文/🌚"));
    }

    @Test
    public void theNameOfATransferIsSafeInLogLines() {
        assertEquals("c\\u000a1/f\\u001b", new TransferId("c\n1", "f\u001b").toString());
        assertFalse(new TransferId("c".repeat(60_000), "f").toString().length() > 2_000);
    }
}
