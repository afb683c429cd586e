// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.spi;

import io.amphora.mqtt.Message;
import io.amphora.mqtt.TopicName;
import org.osgi.annotation.versioning.ProviderType;

/** Publishes from inside the broker. Thread-safe, never blocks. */
@ProviderType
public interface Publisher {

    /** Whether anybody is subscribed, so that a message need not be made for nobody. */
    boolean hasSubscribers(TopicName topic);

    /** Routes a message to its subscribers. */
    void publish(Message message);
}
