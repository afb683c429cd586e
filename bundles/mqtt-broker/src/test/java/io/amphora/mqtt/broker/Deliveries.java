// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Message;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Makes deliveries for tests. */
final class Deliveries {

    private Deliveries() {}

    static Delivery of(String text, Qos qos) {
        Message message = Message.of(new TopicName("t"), text.getBytes(StandardCharsets.UTF_8), qos);
        return new Delivery(new Delivery.Arrival(message, 0), qos, false, List.of());
    }

    static String text(Message message) {
        return StandardCharsets.UTF_8.decode(message.payload().duplicate()).toString();
    }
}
