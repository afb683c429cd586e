// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits text into the lines that the console would run one after the other: a line goes on after its end while a quote or a
 * bracket is open, or after a backslash. Confined to the thread that made it.
 */
final class ShellLines {

    private final String text;
    private final List<String> lines = new ArrayList<>();
    private char quote;
    private boolean comment;
    private int depth;
    private int start;

    private ShellLines(String text) {
        this.text = text;
    }

    static List<String> of(String text) {
        return new ShellLines(text).split();
    }

    private List<String> split() {
        for (int at = 0; at < text.length(); at++) {
            char next = text.charAt(at);
            if (comment && next != '\n') {
                continue;
            }
            if (next == '\\' && quote != '\'') {
                at++;
            } else if (quote != 0) {
                quote = next == quote ? 0 : quote;
            } else {
                plain(next, at);
            }
        }
        end(text.length());
        return lines;
    }

    private void plain(char next, int at) {
        switch (next) {
            case '"', '\'' -> quote = next;
            case '#' -> comment = at == start || Character.isWhitespace(text.charAt(at - 1));
            case '(', '{', '[' -> depth++;
            case ')', '}', ']' -> depth--;
            case '\n' -> {
                comment = false;
                if (depth <= 0) {
                    end(at);
                }
            }
            default -> {}
        }
    }

    private void end(int at) {
        if (start < at && !text.substring(start, at).isBlank()) {
            lines.add(text.substring(start, at));
        }
        start = at + 1;
        depth = 0;
    }
}
