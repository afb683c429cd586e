// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;

import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.ClientInfo;
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.Authorizer.Decision;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;

/** Each client has a topic of its own for results, whatever its id holds. */
public final class ResponseTopicsTest {

    private static ClientInfo client(String id) {
        return new ClientInfo(
                new ClientId(id), MqttVersion.V3_1_1, Optional.empty(), InetSocketAddress.createUnresolved("c", 1));
    }

    private static Decision maySubscribe(String id, String filter) {
        return new ResponseTopicAuthorizer().maySubscribe(client(id), new TopicFilter(filter));
    }

    @Test
    public void ordinaryIdsStandAsTheyAre() {
        for (String id : List.of("c1", "a/b", "50%", "a%2bb", "ü🌚")) {
            assertEquals("$file-response/" + id, ResponseTopics.of(id));
        }
    }

    @Test
    public void wildcardsArePercentEncoded() {
        assertEquals("$file-response/a%2Bb", ResponseTopics.of("a+b"));
        assertEquals("$file-response/%23/50%25", ResponseTopics.of("#/50%"));
        assertEquals(Decision.ABSTAIN, maySubscribe("a+b", "$file-response/a%2Bb"));
    }

    @Test
    public void anIdThatLooksEncodedDoesNotGetTheResultsOfAnother() {
        assertEquals(Decision.DENY, maySubscribe("a%2Bb", "$file-response/a%2Bb"));
        assertEquals(Decision.ABSTAIN, maySubscribe("a%2Bb", "$file-response/a%252Bb"));
        assertEquals(Decision.DENY, maySubscribe("a+b", "$file-response/a%252Bb"));
    }

    /** All ids of up to four parts, each of which takes part in the encoding. */
    @Test
    public void noTwoClientsShareATopic() {
        List<String> parts = List.of("+", "#", "%", "2", "B", "5", "/", "2B", "25");
        Map<String, String> owners = new HashMap<>();
        List<String> ids = new ArrayList<>(List.of(""));
        for (int length = 0; length < 4; length++) {
            List<String> longer = new ArrayList<>();
            ids.forEach(id -> parts.forEach(part -> longer.add(id + part)));
            for (String id : longer.stream().distinct().toList()) {
                String topic = new TopicName(ResponseTopics.of(id)).value();
                String other = owners.put(topic, id);
                if (!id.equals(other)) {
                    assertNull(topic + " is of " + id + " and " + other, other);
                }
            }
            ids = longer.stream().distinct().toList();
        }
    }
}
