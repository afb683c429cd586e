// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.util.List;
import org.junit.Test;

/** Situation 5 of the protocol. */
public class SafeNameTest {

    @Test
    public void namesThatAreOneLevelOfAPathAreTaken() {
        for (String name : List.of(
                "a",
                "146%",
                "\uD83C\uDF1A",
                "\u4E2D\u6587.txt",
                "...",
                ".hidden",
                " ",
                "a b",
                "-rf",
                "CON",
                "~",
                "*?\"<>|")) {
            assertEquals(name, new SafeName(name).value());
        }
    }

    @Test
    public void namesThatAreNotAreRefused() {
        for (String name : List.of(
                "",
                ".",
                "..",
                "/",
                "a/b",
                "../a",
                "/etc/passwd",
                "a\\b",
                "C:",
                "a:b",
                "a\0",
                "\n",
                "a\u007F",
                "a\u0085")) {
            assertThrows(name, IllegalArgumentException.class, () -> new SafeName(name));
        }
    }

    @Test
    public void aNameHasAtMost240BytesOfUtf8() {
        assertEquals(240, new SafeName("n".repeat(240)).value().length());
        assertEquals(80, new SafeName("\u4E2D".repeat(80)).value().length());
        assertThrows(IllegalArgumentException.class, () -> new SafeName("n".repeat(241)));
        assertThrows(IllegalArgumentException.class, () -> new SafeName("\u4E2D".repeat(80) + "n"));
    }

    @Test
    public void aNameWithoutUtf8IsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new SafeName("\uD83C"));
    }
}
