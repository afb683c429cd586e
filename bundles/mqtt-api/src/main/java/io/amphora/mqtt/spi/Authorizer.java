// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.spi;

import io.amphora.mqtt.ClientInfo;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.TopicName;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides what a client may do. Authorizers are asked from the highest service ranking down until one does not abstain;
 * if all abstain, the client may. Called on event loops: no blocking. Thread-safe.
 */
@ConsumerType
public interface Authorizer {

    /** An authorizer's answer. */
    enum Decision {
        ALLOW,
        DENY,
        ABSTAIN
    }

    Decision mayPublish(ClientInfo client, TopicName topic);

    Decision maySubscribe(ClientInfo client, TopicFilter filter);
}
