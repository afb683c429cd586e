// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Message;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.TopicName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.Rule;
import org.junit.Test;

/** What retained messages count. */
public final class RetainedMessagesTest {

    private static final long AFTER_EXPIRY = 2_000_000_000L;

    @Rule
    public final BrokerFixture broker = new BrokerFixture(BrokerSettings.SlowSubscriber.DROP);

    private Runnable meanwhile = () -> {};
    private final RetainedMessages retained = new RetainedMessages(this::settings, Persistence.none(() -> 0));

    private BrokerSettings settings() {
        meanwhile.run();
        return broker.state().settings();
    }

    private static Delivery.Arrival arrival(String topic, String text, OptionalLong expiry, long nanoTime) {
        PublishProperties properties =
                new PublishProperties(false, expiry, Optional.empty(), Optional.empty(), Optional.empty(), List.of());
        ByteBuffer payload = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        return new Delivery.Arrival(
                new Message(new TopicName(topic), payload, Qos.AT_LEAST_ONCE, true, properties), nanoTime);
    }

    @Test
    public void whatHasExpiredIsLookedForOnceInASecondWhenThereIsNoRoom() {
        for (int i = 1; i <= 10; i++) {
            retained.retain(arrival("t" + i, "1", i == 1 ? OptionalLong.of(1) : OptionalLong.empty(), 0));
        }
        assertFalse("still there", keeps("u", 900_000_000L));
        assertFalse("not looked for", keeps("u", 1_100_000_000L));
        assertTrue(keeps("u", 1_900_000_000L));
    }

    private boolean keeps(String topic, long nanoTime) {
        return retained.retain(arrival(topic, "1", OptionalLong.empty(), nanoTime))
                .isPresent();
    }

    @Test
    public void whatExpiresWhileItIsReplacedCountsOnce() {
        retained.retain(arrival("t", "old", OptionalLong.of(1), 0));
        meanwhile = () -> assertTrue(retained.find("t", AFTER_EXPIRY).isEmpty());
        retained.retain(arrival("t", "new", OptionalLong.empty(), 0));
        assertEquals(1, retained.count());
        assertEquals(128 + "t".length() + "new".length(), retained.bytes());
    }
}
