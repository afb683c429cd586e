// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.Test;

public final class TopicFilterTest {

    @Test
    public void wildcardsStandForWholeLevels() {
        for (String valid : List.of("#", "+", "a", "/", "a/#", "+/a/+", "a//b", "$SYS/#", "/+", "中文/🌚")) {
            assertEquals(valid, new TopicFilter(valid).pattern());
        }
        for (String invalid : List.of("", "a#", "a/#/b", "#/", "a+", "+a", "a/+b/c", "a\u0000", "\uD800")) {
            MqttProtocolException refused =
                    assertThrows("'" + invalid + "'", MqttProtocolException.class, () -> new TopicFilter(invalid));
            assertEquals(ReasonCode.TOPIC_FILTER_INVALID, refused.reasonCode());
        }
    }

    @Test
    public void aSharedFilterNamesAGroupAndAPattern() {
        TopicFilter shared = new TopicFilter("$share/group/a/+/#");
        assertTrue(shared.isShared());
        assertEquals(Optional.of("group"), shared.shareName());
        assertEquals("a/+/#", shared.pattern());
        assertFalse(new TopicFilter("$shared/group/a").isShared());
        for (String invalid : List.of("$share/", "$share/g", "$share/g/", "$share//a", "$share/g+/a", "$share/#/a")) {
            assertThrows(invalid, MqttProtocolException.class, () -> new TopicFilter(invalid));
        }
    }
}
