// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.InboundPublish;
import io.amphora.mqtt.spi.PublishHandler;
import io.amphora.mqtt.spi.PublishResult;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keeps the messages of some topics until the test lets one go, the oldest first. Confined to one thread. */
final class KeepingHandler implements PublishHandler {

    private final String prefix;
    private final Queue<CompletableFuture<PublishResult>> kept = new ArrayDeque<>();

    /** @param prefix of the topics */
    KeepingHandler(String prefix) {
        this.prefix = prefix;
    }

    void succeed() {
        kept.remove().complete(PublishResult.SUCCESS);
    }

    void fail() {
        kept.remove().completeExceptionally(new IllegalStateException("on purpose"));
    }

    @Override
    public boolean accepts(TopicName topic) {
        return topic.value().startsWith(prefix);
    }

    @Override
    public boolean refuses(TopicFilter filter) {
        return false;
    }

    @Override
    public CompletionStage<PublishResult> handle(InboundPublish publish) {
        CompletableFuture<PublishResult> result = new CompletableFuture<>();
        kept.add(result);
        return result;
    }
}
