// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console;

import static org.junit.Assert.assertEquals;

import java.util.List;
import org.junit.Test;

public class ShellLinesTest {

    @Test
    public void everyLineIsOneOfItsOwn() {
        assertEquals(List.of("help", "scr:list | grep x; a"), ShellLines.of("help\n\n  \nscr:list | grep x; a\n"));
    }

    @Test
    public void anOpenQuoteGoesOn() {
        assertEquals(List.of("echo 'a\n\"b\\'", "c"), ShellLines.of("echo 'a\n\"b\\'\nc"));
        assertEquals(List.of("echo \"a\\\"\n'b\"", "c"), ShellLines.of("echo \"a\\\"\n'b\"\nc"));
    }

    @Test
    public void anOpenBracketGoesOn() {
        assertEquals(List.of("each [1 2] {\n echo $it\n}", "c"), ShellLines.of("each [1 2] {\n echo $it\n}\nc"));
    }

    @Test
    public void aBackslashBeforeTheEndGoesOn() {
        assertEquals(List.of("echo a\\\nb", "c"), ShellLines.of("echo a\\\nb\nc"));
    }

    @Test
    public void quotesInCommentsAreNone() {
        assertEquals(List.of("# isn't", "a#'b\nc'"), ShellLines.of("# isn't\na#'b\nc'"));
    }
}
