// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.amphora.transfer.InvalidFileMetaException.Kind;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** {@link FileMeta} as JSON text. */
final class FileMetaJson {

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(FileMeta.MAX_JSON_DEPTH)
                    .maxDocumentLength(FileMeta.MAX_JSON_BYTES)
                    .maxStringLength(FileMeta.MAX_JSON_BYTES)
                    .build())
            .enable(com.fasterxml.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Has no UTF-8, so that it can only be told by an escape. */
    private static final Pattern LONE_SURROGATE = Pattern.compile("\\p{Cs}");

    private Optional<SafeName> name = Optional.empty();
    private OptionalLong size = OptionalLong.empty();
    private Optional<Sha256> checksum = Optional.empty();
    private OptionalLong expireAt = OptionalLong.empty();
    private OptionalLong segmentsTtl = OptionalLong.empty();
    private Optional<String> userData = Optional.empty();

    private FileMetaJson() {}

    static FileMeta read(byte[] json) throws InvalidFileMetaException {
        if (json.length > FileMeta.MAX_JSON_BYTES) {
            throw new InvalidFileMetaException(Kind.NOT_JSON, "more than " + FileMeta.MAX_JSON_BYTES + " bytes");
        }
        try (JsonParser parser = JSON.createParser(json)) {
            return new FileMetaJson().readObject(parser);
        } catch (IOException e) {
            throw new InvalidFileMetaException(Kind.NOT_JSON, "not JSON: " + firstLine(e));
        }
    }

    private FileMeta readObject(JsonParser parser) throws IOException, InvalidFileMetaException {
        if (requireToken(parser) != JsonToken.START_OBJECT) {
            requireEnd(parser);
            throw new InvalidFileMetaException(Kind.WRONG_MEMBER, "not a JSON object");
        }
        InvalidFileMetaException wrong = null;
        for (String member = parser.nextFieldName(); member != null; member = parser.nextFieldName()) {
            parser.nextToken();
            try {
                readMember(member, parser);
            } catch (InvalidFileMetaException e) {
                wrong = wrong == null ? e : wrong; // text that is no JSON at all comes first
            }
            parser.skipChildren();
        }
        requireEnd(parser);
        if (wrong != null) {
            throw wrong;
        }
        SafeName given = name.orElseThrow(() -> new InvalidFileMetaException(Kind.WRONG_MEMBER, "name is missing"));
        return new FileMeta(given, size, checksum, expireAt, segmentsTtl, userData);
    }

    private void readMember(String member, JsonParser parser) throws IOException, InvalidFileMetaException {
        switch (member) {
            case "name" -> name = Optional.of(safeName(string(member, parser)));
            case "size" -> size = OptionalLong.of(count(member, parser));
            case "checksum" -> checksum = Optional.of(sha256(string(member, parser)));
            case "expire_at" -> expireAt = OptionalLong.of(count(member, parser));
            case "segments_ttl" -> segmentsTtl = OptionalLong.of(count(member, parser));
            case "user_data" -> userData = Optional.of(copy(parser));
            default -> {} // unknown members are ignored
        }
    }

    private static JsonToken requireToken(JsonParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw new IOException("no text");
        }
        return token;
    }

    private static void requireEnd(JsonParser parser) throws IOException {
        parser.skipChildren();
        if (parser.nextToken() != null) {
            throw new IOException("text behind the JSON value");
        }
    }

    private static String string(String member, JsonParser parser) throws IOException, InvalidFileMetaException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new InvalidFileMetaException(Kind.WRONG_MEMBER, member + " is not a string");
        }
        return parser.getText();
    }

    private static long count(String member, JsonParser parser) throws IOException, InvalidFileMetaException {
        boolean fits = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        if (!fits || parser.getLongValue() < 0) {
            throw new InvalidFileMetaException(Kind.WRONG_MEMBER, member + " is not a whole number from 0 to 2^63-1");
        }
        return parser.getLongValue();
    }

    private static SafeName safeName(String value) throws InvalidFileMetaException {
        try {
            return new SafeName(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidFileMetaException(Kind.UNSAFE_NAME, e.getMessage());
        }
    }

    private static Sha256 sha256(String value) throws InvalidFileMetaException {
        try {
            return new Sha256(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidFileMetaException(Kind.WRONG_MEMBER, "checksum: " + e.getMessage());
        }
    }

    /** The value's text without white space; numbers stay as they are spelt. */
    private static String copy(JsonParser parser) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator copy = JSON.createGenerator(text)) {
            int depth = 0;
            do {
                copyToken(parser, copy);
                depth += change(parser.currentToken());
            } while (depth > 0 && parser.nextToken() != null);
        }
        return LONE_SURROGATE.matcher(text.toString()).replaceAll(FileMetaJson::escaped);
    }

    private static void copyToken(JsonParser parser, JsonGenerator copy) throws IOException {
        if (parser.currentToken().isNumeric()) {
            copy.writeNumber(parser.getText());
        } else {
            copy.copyCurrentEventExact(parser);
        }
    }

    private static int change(JsonToken token) {
        if (token.isStructStart()) {
            return 1;
        }
        return token.isStructEnd() ? -1 : 0;
    }

    private static String escaped(MatchResult surrogate) {
        return String.format(Locale.ROOT, "\\\\u%04x", (int) surrogate.group().charAt(0));
    }

    private static String firstLine(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.lines().findFirst().orElse("");
    }

    static String write(FileMeta meta) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("name", meta.name().value());
            writeNumber(json, "size", meta.size());
            if (meta.checksum().isPresent()) {
                json.writeStringField("checksum", meta.checksum().get().hex());
            }
            writeNumber(json, "expire_at", meta.expireAt());
            writeNumber(json, "segments_ttl", meta.segmentsTtl());
            if (meta.userData().isPresent()) {
                json.writeFieldName("user_data");
                json.writeRawValue(meta.userData().get());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter does not fail", e);
        }
        return text.toString();
    }

    private static void writeNumber(JsonGenerator json, String member, OptionalLong value) throws IOException {
        if (value.isPresent()) {
            json.writeNumberField(member, value.getAsLong());
        }
    }
}
