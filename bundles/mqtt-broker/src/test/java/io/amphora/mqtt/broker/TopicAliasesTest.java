// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;

import io.amphora.mqtt.Message;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.TopicName;
import java.util.List;
import java.util.function.Predicate;
import org.junit.Test;

/** Which alias a topic gets. */
public final class TopicAliasesTest {

    private static String aliased(TopicAliases aliases, String topic) {
        return aliased(aliases, topic, packet -> true);
    }

    private static String aliased(TopicAliases aliases, String topic, Predicate<OutboundPublish> fits) {
        Message message = Message.of(new TopicName(topic), new byte[0], Qos.AT_MOST_ONCE);
        OutboundPublish packet =
                aliases.alias(new OutboundPublish(message, Qos.AT_MOST_ONCE, false, false, 0, List.of()), fits);
        return packet.topicAlias() + (packet.topicKnown() ? "" : "=" + topic);
    }

    @Test
    public void aTopicIsNamedOnce() {
        TopicAliases aliases = new TopicAliases(2);
        assertEquals("1=a", aliased(aliases, "a"));
        assertEquals("2=b", aliased(aliases, "b"));
        assertEquals("1", aliased(aliases, "a"));
        assertEquals("2", aliased(aliases, "b"));
    }

    @Test
    public void theTopicThatWasUsedLongestAgoLosesItsAlias() {
        TopicAliases aliases = new TopicAliases(2);
        aliased(aliases, "a");
        aliased(aliases, "b");
        aliased(aliases, "a");
        assertEquals("2=c", aliased(aliases, "c"));
        assertEquals("1", aliased(aliases, "a"));
        assertEquals("2=b", aliased(aliases, "b"));
    }

    @Test
    public void anAliasThatDoesNotFitIsNotGiven() {
        TopicAliases aliases = new TopicAliases(1);
        assertEquals("0=a", aliased(aliases, "a", packet -> false));
        assertEquals("1=b", aliased(aliases, "b"));
        assertEquals("0=a", aliased(aliases, "a", packet -> false));
        assertEquals("still the other's", "1", aliased(aliases, "b"));
        assertEquals("0=b", aliased(aliases, "b", packet -> !packet.topicKnown()));
    }

    @Test
    public void aClientThatTakesNoneGetsNone() {
        assertEquals("0=a", aliased(new TopicAliases(0), "a"));
    }

    @Test
    public void aLongTopicGetsNone() {
        TopicAliases aliases = new TopicAliases(2);
        String most = "t".repeat(1_024);
        assertEquals("1=" + most, aliased(aliases, most));
        assertEquals("0=" + most + "t", aliased(aliases, most + "t"));
    }
}
