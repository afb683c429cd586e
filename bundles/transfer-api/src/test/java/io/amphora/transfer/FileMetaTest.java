// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.InvalidFileMetaException.Kind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.Test;

public class FileMetaTest {

    private static final String DIGITS = "0123456789abcdef".repeat(4);

    @Test
    public void aNameIsEnough() throws Exception {
        FileMeta meta = parse("{\"name\":\"a.bin\"}");
        assertEquals(
                new FileMeta(
                        new SafeName("a.bin"),
                        OptionalLong.empty(),
                        Optional.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        Optional.empty()),
                meta);
    }

    @Test
    public void everyMemberIsRead() throws Exception {
        FileMeta meta = parse("{\"name\":\"a\",\"size\":1,\"checksum\":\"" + DIGITS
                + "\",\"expire_at\":2,\"segments_ttl\":3,\"user_data\":{\"k\":[1]}}");
        assertEquals(OptionalLong.of(1), meta.size());
        assertEquals(Optional.of(new Sha256(DIGITS)), meta.checksum());
        assertEquals(OptionalLong.of(2), meta.expireAt());
        assertEquals(OptionalLong.of(3), meta.segmentsTtl());
        assertEquals(Optional.of("{\"k\":[1]}"), meta.userData());
    }

    @Test
    public void whiteSpaceAndOrderSayNothing() throws Exception {
        assertEquals(
                parse("{\"size\":1,\"user_data\":{\"a\":1},\"name\":\"a\"}"),
                parse(" { \"name\" : \"a\" ,\n\"user_data\": { \"a\" : 1 }, \"size\": 1 } "));
    }

    @Test
    public void unknownMembersAreLeftOut() throws Exception {
        assertEquals(parse("{\"name\":\"a\"}"), parse("{\"x\":{\"name\":[1,{}]},\"name\":\"a\",\"Size\":-1}"));
    }

    @Test
    public void whatIsNoJsonIsRefusedAsSuch() {
        for (String json : List.of(
                "",
                " ",
                "{",
                "{\"name\":\"a\"",
                "{\"name\":\"a\"}}",
                "{\"name\":\"a\"} {}",
                "{'name':'a'}",
                "name",
                "{\"a\":01}",
                "{\"name\":\"a\",}",
                "{\"name\":\"a\",\"size\":NaN}",
                "{\"name\":\"a\u0001\"}",
                "\u0000")) {
            assertRefused(Kind.NOT_JSON, json);
        }
    }

    @Test
    public void textThatIsNoJsonCountsBeforeWrongMembers() {
        assertRefused(Kind.NOT_JSON, "{\"name\":1,\"size\":-1");
        assertRefused(Kind.NOT_JSON, "[1,2");
    }

    @Test
    public void aMemberTwiceIsRefused() {
        assertRefused(Kind.NOT_JSON, "{\"name\":\"a\",\"name\":\"b\"}");
        assertRefused(Kind.NOT_JSON, "{\"name\":\"a\",\"user_data\":{\"k\":1,\"k\":2}}");
    }

    @Test
    public void wrongTypesAndRangesAreRefused() {
        for (String json : List.of("null", "1", "\"a\"", "[]", "[{\"name\":\"a\"}]", "{}", "{\"Name\":\"a\"}")) {
            assertRefused(Kind.WRONG_MEMBER, json);
        }
        for (String name : List.of("1", "null", "true", "[\"a\"]", "{\"name\":\"a\"}")) {
            assertRefused(Kind.WRONG_MEMBER, "{\"name\":" + name + "}");
        }
        for (String count :
                List.of("-1", "1.0", "1e3", "\"1\"", "null", "true", "[1]", "{\"a\":1}", "9223372036854775808")) {
            for (String member : List.of("size", "expire_at", "segments_ttl")) {
                assertRefused(Kind.WRONG_MEMBER, "{\"name\":\"a\",\"" + member + "\":" + count + "}");
            }
        }
        for (String checksum : List.of("1", "null", "\"\"", "\"" + DIGITS.substring(1) + "\"", "\"" + DIGITS + "0\"")) {
            assertRefused(Kind.WRONG_MEMBER, "{\"name\":\"a\",\"checksum\":" + checksum + "}");
        }
    }

    @Test
    public void unsafeNamesAreRefusedAsSuch() {
        for (String name : List.of("", ".", "..", "a/b", "\\\\", "a:b", "\\u0000", "\\ud83c", "n".repeat(241))) {
            assertRefused(Kind.UNSAFE_NAME, "{\"name\":\"" + name + "\"}");
        }
    }

    @Test
    public void theGreatestNumberIsTaken() throws Exception {
        assertEquals(
                OptionalLong.of(Long.MAX_VALUE),
                parse("{\"name\":\"a\",\"size\":9223372036854775807}").size());
    }

    @Test
    public void thirtyTwoLevelsAreTakenAndNoMore() throws Exception {
        String deepest = "[".repeat(FileMeta.MAX_JSON_DEPTH - 1) + "]".repeat(FileMeta.MAX_JSON_DEPTH - 1);
        assertEquals(
                Optional.of(deepest),
                parse("{\"name\":\"a\",\"user_data\":" + deepest + "}").userData());
        assertRefused(Kind.NOT_JSON, "{\"name\":\"a\",\"user_data\":[" + deepest + "]}");
        assertRefused(Kind.NOT_JSON, "{\"name\":\"a\",\"unknown\":[" + deepest + "]}");
    }

    @Test
    public void sixtyFourKibibytesAreTakenAndNoMore() throws Exception {
        String rest = "{\"name\":\"a\",\"user_data\":\"\"}";
        String text = "x".repeat(FileMeta.MAX_JSON_BYTES - rest.length());
        assertTrue(parse("{\"name\":\"a\",\"user_data\":\"" + text + "\"}")
                .userData()
                .isPresent());
        assertRefused(Kind.NOT_JSON, "{\"name\":\"a\",\"user_data\":\"x" + text + "\"}");
    }

    @Test
    public void userDataMayBeAnyValueAndStaysAsItIs() throws Exception {
        for (String value : List.of(
                "null",
                "true",
                "0",
                "-0",
                "-0.0",
                "1.0",
                "1.00",
                "1E400",
                "1e5",
                "12345678901234567890123",
                "\"\"",
                "\"\u4E2D\uD83C\uDF1A\"",
                "\"\\\"\\\\/\\n\"",
                "\"\\ud800\"",
                "[]",
                "{}",
                "[1,[2,{\"a\":null}],\"x\"]",
                "{\"\":{\"b\":[]},\"a.b\":1}")) {
            FileMeta meta = parse("{\"name\":\"a\",\"user_data\":" + value + "}");
            assertEquals(Optional.of(value), meta.userData());
            assertEquals(meta, parse(meta.toJson()));
        }
    }

    @Test
    public void otherUserDataIsOtherMetadata() throws Exception {
        assertNotEquals(parse("{\"name\":\"a\",\"user_data\":null}"), parse("{\"name\":\"a\"}"));
        assertNotEquals(parse("{\"name\":\"a\",\"user_data\":1}"), parse("{\"name\":\"a\",\"user_data\":\"1\"}"));
    }

    @Test
    public void messagesAreOneLine() {
        InvalidFileMetaException e = assertThrows(InvalidFileMetaException.class, () -> parse("{\"name\":\n\n!}"));
        assertEquals(1, e.getMessage().lines().count());
    }

    private static FileMeta parse(String json) throws InvalidFileMetaException {
        return FileMeta.parse(json.getBytes(UTF_8));
    }

    private static void assertRefused(Kind kind, String json) {
        assertEquals(
                json,
                kind,
                assertThrows(json, InvalidFileMetaException.class, () -> parse(json))
                        .kind());
    }
}
