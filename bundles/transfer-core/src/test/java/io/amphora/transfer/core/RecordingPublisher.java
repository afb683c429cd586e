// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import io.amphora.mqtt.Message;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.Publisher;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what is published. Thread-safe. */
final class RecordingPublisher implements Publisher {

    final List<Message> messages = new CopyOnWriteArrayList<>();
    volatile boolean subscribed = true;

    @Override
    public boolean hasSubscribers(TopicName topic) {
        return subscribed;
    }

    @Override
    public void publish(Message message) {
        messages.add(message);
    }

    /** The payload of the last message. */
    String last() {
        return StandardCharsets.UTF_8
                .decode(messages.get(messages.size() - 1).payload().duplicate())
                .toString();
    }
}
