// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance.guard;

import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.InboundPublish;
import io.amphora.mqtt.spi.PublishHandler;
import io.amphora.mqtt.spi.PublishResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Component;

/** Takes the messages to {@code trouble} and cannot deal with them. Thread-safe. */
@Component
public final class Trouble implements PublishHandler {

    @Override
    public boolean accepts(TopicName topic) {
        return topic.value().equals("trouble");
    }

    @Override
    public boolean refuses(TopicFilter filter) {
        return false;
    }

    @Override
    public CompletionStage<PublishResult> handle(InboundPublish publish) {
        return CompletableFuture.failedFuture(new IllegalStateException("it does not work at the moment"));
    }
}
