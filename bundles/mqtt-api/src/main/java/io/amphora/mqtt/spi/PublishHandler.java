// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.spi;

import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.TopicName;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Takes the messages of some topics. The first handler that accepts a topic gets the message, the broker's own router
 * comes last and accepts all. Thread-safe.
 */
@ConsumerType
public interface PublishHandler {

    /** Whether messages to this topic are for this handler. Called on event loops for every PUBLISH: no blocking. */
    boolean accepts(TopicName topic);

    /**
     * Whether a subscription to this filter is refused, because its topics are never routed. Called on event loops: no
     * blocking.
     */
    boolean refuses(TopicFilter filter);

    /**
     * Deals with a message. Called on an event loop: no blocking.
     *
     * @return completes on any thread, never exceptionally; until then the payload may be read
     */
    CompletionStage<PublishResult> handle(InboundPublish publish);
}
