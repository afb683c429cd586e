// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import org.junit.Test;

public final class TopicNameTest {

    @Test
    public void hasNoWildcardAndIsNotEmpty() {
        for (String invalid : List.of("", "a/+", "#", "a\u0000", "\uDC00", "\uD83C")) {
            MqttProtocolException refused =
                    assertThrows(invalid, MqttProtocolException.class, () -> new TopicName(invalid));
            assertEquals(ReasonCode.TOPIC_NAME_INVALID, refused.reasonCode());
        }
    }

    @Test
    public void holdsAtMost65535Bytes() {
        assertEquals(65_535, new TopicName("a".repeat(65_535)).value().length());
        assertThrows(MqttProtocolException.class, () -> new TopicName("a".repeat(65_536)));
        assertThrows(MqttProtocolException.class, () -> new TopicName("🌚".repeat(16_384)));
        new TopicName("🌚".repeat(16_383));
    }

    @Test
    public void isReservedWithADollarFirst() {
        assertTrue(new TopicName("$SYS/x").isReserved());
        assertFalse(new TopicName("a/$SYS").isReserved());
    }
}
