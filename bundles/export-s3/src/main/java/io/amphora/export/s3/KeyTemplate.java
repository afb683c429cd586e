// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.UserDataAttributes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the key of an object is made from: text with placeholders in braces. Immutable. */
final class KeyTemplate {

    /** Bytes of the longest key that S3 takes. */
    static final int MAX_BYTES = 1_024;

    private static final Pattern TOKEN = Pattern.compile("\\{([^{}]*)\\}|[^{}]+|.", Pattern.DOTALL);

    private static final Pattern LEVELS = Pattern.compile("(.*/)?\\.\\.?(/.*)?");

    private static final String USER_DATA = "user_data.";

    private static final String MISSING = "_";

    private final String text;
    private final List<Piece> pieces;
    private final String fixedPrefix;
    private final boolean timed;

    private KeyTemplate(String text, List<Piece> pieces, String fixedPrefix, boolean timed) {
        this.text = text;
        this.pieces = List.copyOf(pieces);
        this.fixedPrefix = fixedPrefix;
        this.timed = timed;
    }

    private record Source(TransferId id, FileMeta meta, Instant time) {}

    private interface Piece {
        String of(Source source);
    }

    /** @throws IllegalArgumentException naming the setting and what is wrong */
    static KeyTemplate parse(String text) {
        if (text.isBlank() || text.startsWith("/") || text.endsWith("/") || text.contains("//")) {
            throw wrong(text, "a key has levels that are not empty, with a / between them");
        }
        if (LEVELS.matcher(text).matches() || text.chars().anyMatch(Character::isISOControl)) {
            throw wrong(text, "a key has no level . or .. and no control characters");
        }
        List<Piece> pieces = new ArrayList<>();
        Matcher token = TOKEN.matcher(text);
        while (token.find()) {
            pieces.add(piece(text, token.group(), token.group(1)));
        }
        int firstPlaceholder = text.indexOf('{');
        String prefix = firstPlaceholder < 0 ? text : text.substring(0, firstPlaceholder);
        boolean timed = Pattern.compile("\\{(yyyy|MM|dd|HH)\\}").matcher(text).find();
        return new KeyTemplate(text, pieces, prefix, timed);
    }

    private static Piece piece(String text, String token, String placeholder) {
        if (placeholder == null) {
            if (token.equals("{") || token.equals("}")) {
                throw wrong(text, "a brace has no partner");
            }
            return source -> token;
        }
        return switch (placeholder) {
            case "client_id" -> source -> KeyLevel.of(source.id.clientId());
            case "file_id" -> source -> KeyLevel.of(source.id.fileId());
            case "name" -> source -> source.meta.name().value(); // safe as it is, and found again under it
            case "yyyy", "MM", "dd", "HH" -> time(placeholder);
            default -> userData(text, placeholder);
        };
    }

    private static Piece time(String pattern) {
        DateTimeFormatter format =
                DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
        return source -> format.format(source.time);
    }

    private static Piece userData(String text, String placeholder) {
        if (!placeholder.startsWith(USER_DATA) || placeholder.length() == USER_DATA.length()) {
            throw wrong(
                    text,
                    "{" + placeholder + "} is none of client_id, file_id, name, yyyy, MM, dd, HH, user_data.MEMBER");
        }
        return source -> {
            Map<String, Object> attributes = UserDataAttributes.of(source.meta);
            Object value = attributes.getOrDefault(placeholder, MISSING);
            String joined = value instanceof List<?> values
                    ? String.join(",", values.stream().map(String::valueOf).toList())
                    : String.valueOf(value);
            return joined.isEmpty() ? MISSING : KeyLevel.of(joined);
        };
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException("key: " + text + ": " + why);
    }

    /** @param time when the file was complete */
    String keyOf(TransferId id, FileMeta meta, Instant time) {
        Source source = new Source(id, meta, time);
        StringBuilder key = new StringBuilder();
        pieces.forEach(piece -> key.append(piece.of(source)));
        return ShortText.fit(key.toString(), MAX_BYTES);
    }

    /** How all its keys begin. */
    String fixedPrefix() {
        return fixedPrefix;
    }

    /** Whether the key depends on the time. */
    boolean isTimed() {
        return timed;
    }

    @Override
    public String toString() {
        return text;
    }
}
