// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.TopicName;
import java.util.HashMap;
import java.util.Map;

/** The topic aliases that a client has set on its connection. Confined to the channel's event loop. */
final class TopicAliases {

    /** For each alias that the client may use; a longer topic takes the room of several. */
    private static final int CHARACTERS = 512;

    private final int maximum;
    private int characters;
    private final Map<Integer, TopicName> topics = new HashMap<>();

    /** @param maximum as the client was told in CONNACK */
    TopicAliases(int maximum) {
        this.maximum = maximum;
    }

    /** The topic of a PUBLISH with an alias; sets the alias where the packet names the topic too [MQTT-3.3.2-12]. */
    TopicName resolve(String topic, int alias) {
        if (alias > maximum) {
            throw new MqttProtocolException(
                    ReasonCode.TOPIC_ALIAS_INVALID, "topic alias " + alias + " is above " + maximum); // [MQTT-3.3.2-9]
        }
        if (!topic.isEmpty()) {
            TopicName named = new TopicName(topic);
            TopicName before = topics.get(alias);
            int after = characters
                    + topic.length()
                    - (before == null ? 0 : before.value().length());
            if (after > maximum * CHARACTERS) {
                throw new MqttProtocolException(
                        ReasonCode.QUOTA_EXCEEDED,
                        "topics with an alias exceed " + maximum * CHARACTERS + " characters");
            }
            characters = after;
            topics.put(alias, named);
            return named;
        }
        TopicName known = topics.get(alias);
        if (known == null) {
            throw new MqttProtocolException(ReasonCode.PROTOCOL_ERROR, "topic alias " + alias + " was never set");
        }
        return known;
    }
}
