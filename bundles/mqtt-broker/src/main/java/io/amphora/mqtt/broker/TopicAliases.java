// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.OutboundPublish;
import java.util.LinkedHashMap;
import java.util.function.Predicate;

/**
 * The topic aliases that one client is sent (section 3.3.2.3.4): the topics that were used last have one. Confined to the
 * link's event loop.
 */
final class TopicAliases {

    /** The client may have an alias for a longer topic, but the broker would have to keep it. */
    private static final int LONGEST = 1_024;

    private final int maximum;
    private LinkedHashMap<String, Integer> aliases; // made when there is a first one, as most clients take none

    /** @param maximum highest alias that client and broker both want [MQTT-3.1.2-26] */
    TopicAliases(int maximum) {
        this.maximum = maximum;
    }

    /**
     * The packet with an alias for its topic, which leaves the topic out where the client knows it; as it is where it would
     * be too large with an alias, which counts as none then.
     *
     * @param fits tells whether the client takes a packet
     */
    OutboundPublish alias(OutboundPublish packet, Predicate<OutboundPublish> fits) {
        if (maximum == 0 || packet.message().topic().value().length() > LONGEST) {
            return packet;
        }
        aliases = aliases == null ? new LinkedHashMap<>(16, 0.75f, true) : aliases;
        String topic = packet.message().topic().value();
        Integer known = aliases.get(topic);
        OutboundPublish aliased = known == null ? packet.withAlias(next(), false) : packet.withAlias(known, true);
        if (!fits.test(aliased)) {
            return packet;
        }
        if (known == null) {
            give(aliased.topicAlias(), topic);
        }
        return aliased;
    }

    private int next() {
        return aliases.size() < maximum
                ? aliases.size() + 1
                : aliases.values().iterator().next();
    }

    private void give(int alias, String topic) {
        if (aliases.size() == maximum) {
            aliases.remove(aliases.keySet().iterator().next());
        }
        aliases.put(topic, alias);
    }
}
