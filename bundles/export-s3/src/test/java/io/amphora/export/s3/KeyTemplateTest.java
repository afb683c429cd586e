// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.InvalidFileMetaException;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.HostileIds;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.Test;

public class KeyTemplateTest {

    private static final TransferId ID = new TransferId("device-1", "f1");
    private static final Instant TIME = Instant.parse("2026-03-04T05:06:07Z");
    private static final String DEFAULT = "{client_id}/{file_id}/{name}";

    @Test
    public void placeholdersAreFilledIn() {
        assertEquals("device-1/f1/a b.txt", key(DEFAULT, ID, "{\"name\":\"a b.txt\"}"));
        assertEquals("in/2026/03/04/05/a-f1", key("in/{yyyy}/{MM}/{dd}/{HH}/{name}-{file_id}", ID, "{\"name\":\"a\"}"));
    }

    @Test
    public void userDataIsFilledIn() {
        String meta = "{\"name\":\"a\",\"user_data\":{\"site\":{\"id\":7},\"tags\":[\"x\",\"y\"],\"path\":\"../b\"}}";
        assertEquals("7/x,y/..%2Fb", key("{user_data.site.id}/{user_data.tags}/{user_data.path}", ID, meta));
        assertEquals("_/a", key("{user_data.none}/{name}", ID, meta));
    }

    @Test
    public void hostileIdsStayWithinTheirLevelAndDiffer() {
        Set<String> keys = new HashSet<>();
        List<TransferId> ids = HostileIds.all();
        for (TransferId id : ids) {
            String key = key(DEFAULT, id, "{\"name\":\"file.bin\"}");
            List<String> levels = List.of(key.split("/", -1));
            assertEquals(key, 3, levels.size());
            assertFalse(key, levels.contains("..") || levels.contains(".") || levels.contains(""));
            assertTrue(key, key.getBytes(StandardCharsets.UTF_8).length <= KeyTemplate.MAX_BYTES);
            keys.add(key);
        }
        assertEquals(ids.size(), keys.size());
    }

    @Test
    public void anIdCannotPassForOneThatWasCut() {
        String longId = "x".repeat(300);
        String cut = key("{client_id}", new TransferId(longId, "f"), "{\"name\":\"a\"}");
        assertFalse(cut.equals(key("{client_id}", new TransferId(cut, "f"), "{\"name\":\"a\"}")));
    }

    @Test
    public void aKeyThatIsTooLongIsCut() {
        String template = "{client_id}{client_id}{client_id}{client_id}{client_id}{file_id}";
        String one = key(template, new TransferId("x".repeat(230), "1"), "{\"name\":\"a\"}");
        String other = key(template, new TransferId("x".repeat(230), "2"), "{\"name\":\"a\"}");
        assertEquals(KeyTemplate.MAX_BYTES, one.length());
        assertFalse(one.equals(other));
    }

    @Test
    public void whatIsNoTemplateIsRefused() {
        for (String text : List.of(
                "", "/a", "a/", "a//b", "a/../b", "..", "{name", "name}", "{}", "{nome}", "{user_data.}", "a\u0001")) {
            IllegalArgumentException refused =
                    assertThrows(text, IllegalArgumentException.class, () -> KeyTemplate.parse(text));
            assertTrue(refused.getMessage(), refused.getMessage().startsWith("key: "));
        }
    }

    @Test
    public void theFixedBeginningEndsAtTheFirstPlaceholder() {
        assertEquals("in/", KeyTemplate.parse("in/{name}").fixedPrefix());
        assertEquals("", KeyTemplate.parse(DEFAULT).fixedPrefix());
        assertTrue(KeyTemplate.parse("{dd}/{name}").isTimed());
        assertFalse(KeyTemplate.parse(DEFAULT).isTimed());
    }

    private static String key(String template, TransferId id, String meta) {
        try {
            FileMeta parsed = FileMeta.parse(meta.getBytes(StandardCharsets.UTF_8));
            return KeyTemplate.parse(template).keyOf(id, parsed, TIME);
        } catch (InvalidFileMetaException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
