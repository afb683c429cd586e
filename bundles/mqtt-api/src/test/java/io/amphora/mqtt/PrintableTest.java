// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

/** Text of clients in log lines. */
public final class PrintableTest {

    @Test
    public void whatCanBeShownIsShown() {
        for (String text : new String[] {"", "c1", "a/b +#%\\", "中文", "ü🌚"}) {
            assertEquals(text, Printable.of(text));
        }
    }

    @Test
    public void whatATerminalObeysIsWrittenOut() {
        assertEquals("a\\u000d\\u000a2026-12-01 INFO forged", Printable.of("a\r\n2026-12-01 INFO forged"));
        assertEquals("\\u001b[2Jx\\u009b31m\\u007f", Printable.of("\u001b[2Jx\u009b31m\u007f"));
        assertEquals("\\u202egnp.exe\\u2066\\u200b\\ufeff", Printable.of("\u202egnp.exe\u2066\u200b\ufeff"));
        assertEquals("\\u2028\\u2029\\u0085", Printable.of("\u2028\u2029\u0085"));
        assertEquals("\\ud800x", Printable.of("\ud800x"));
    }

    @Test
    public void aLongTextIsCut() {
        assertEquals("x".repeat(Printable.LONGEST), Printable.of("x".repeat(Printable.LONGEST)));
        assertEquals("x".repeat(Printable.LONGEST) + "… (65535 characters)", Printable.of("x".repeat(65_535)));
    }

    @Test
    public void namesOfClientsAndTopicsAreSafeInLogLines() {
        assertEquals("a\\u000ab", new ClientId("a\nb").toString());
        assertEquals("a\\u000ab", new TopicName("a\nb").toString());
        assertEquals("a\\u000ab/#", new TopicFilter("a\nb/#").toString());
        assertEquals("a\nb", new ClientId("a\nb").value());
    }
}
