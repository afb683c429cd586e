// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

/**
 * Text that somebody else chose, for a log line or a table: without what a terminal, an editor or a reader of logs would
 * obey instead of show. Control and format characters, line separators and unpaired surrogates stand as in
 * {@code \u001b}; a text of more than {@value #LONGEST} characters is cut. Immutable.
 *
 * @param text as it came
 */
public record Printable(String text) {

    /** Characters of the longest text that is shown as a whole. */
    public static final int LONGEST = 1_024;

    /** The text as it is to be shown in a log line. */
    public static String of(String text) {
        return text.length() <= LONGEST
                ? whole(text)
                : whole(text.substring(0, LONGEST)) + "… (" + text.length() + " characters)";
    }

    /** The text as it is to be shown where every character counts. */
    public static String whole(String text) {
        if (isPlain(text)) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> {
            if (isObeyed(point)) {
                shown.append("\\u%04x".formatted(point));
            } else {
                shown.appendCodePoint(point);
            }
        });
        return shown.toString();
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return text.codePoints().noneMatch(Printable::isObeyed);
            }
        }
        return true;
    }

    private static boolean isObeyed(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    /** Returns {@link #of} the text, so that a log line formats it only when it is written. */
    @Override
    public String toString() {
        return of(text);
    }
}
