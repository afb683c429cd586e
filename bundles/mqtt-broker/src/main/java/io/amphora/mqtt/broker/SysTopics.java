// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Message;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.TopicName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells about the broker in retained messages below {@code $SYS/broker/}, under the names that Mosquitto has made common;
 * a value that has not changed is not published again. Confined to the broker's timer.
 */
final class SysTopics {

    private static final Logger LOG = LoggerFactory.getLogger(SysTopics.class);
    private static final String ROOT = "$SYS/broker/";

    private final BrokerState state;
    private final String version;
    private final long began;
    private final Map<String, String> told = new HashMap<>();
    private final List<Load> loads = new ArrayList<>();
    private int mostConnected;
    private long largestHeap;

    /** The averages of one count. */
    private record Load(String name, LongSupplier count, List<LoadAverage> averages) {}

    /** @param version as an operator knows it */
    SysTopics(BrokerState state, String version) {
        this.state = state;
        this.version = version;
        this.began = state.nanoTime();
        Counts counts = state.counts();
        load("messages/received", counts::receivedPackets);
        load("messages/sent", counts::sentPackets);
        load("bytes/received", counts::receivedBytes);
        load("bytes/sent", counts::sentBytes);
        load("publish/received", counts::publishedMessages);
        load("publish/sent", counts::deliveredMessages);
        load("publish/dropped", counts::droppedMessages);
        load("connections", counts::connections);
        load("sockets", counts::sockets);
    }

    private void load(String name, LongSupplier count) {
        List<LoadAverage> averages =
                List.of(new LoadAverage(1, began), new LoadAverage(5, began), new LoadAverage(15, began));
        loads.add(new Load(name, count, averages));
    }

    /** On the timer, which would run a task that fails no more. */
    void publishOrLog() {
        try {
            publish();
        } catch (RuntimeException e) {
            LOG.error("Reporting in $SYS failed", e);
        }
    }

    void publish() {
        tell("version", "amphora version " + version);
        tell("uptime", (state.nanoTime() - began) / 1_000_000_000L + " seconds");
        publishSessions();
        publishHeap();
        publishCounts();
        publishLoads();
    }

    private void publishSessions() {
        Sessions.Census census = state.sessions().census();
        mostConnected = Math.max(mostConnected, census.connected());
        tell("clients/total", census.total());
        tell("clients/connected", census.connected());
        tell("clients/disconnected", census.total() - census.connected());
        tell("clients/maximum", mostConnected);
        tell("clients/expired", state.counts().expiredSessions());
        tell("subscriptions/count", state.index().size());
        tell("shared_subscriptions/count", state.index().sharedSize());
        tell("retained messages/count", state.retained().count());
        tell("store/messages/count", census.queuedMessages());
        tell("store/messages/bytes", census.queuedBytes());
    }

    private void publishHeap() {
        Runtime runtime = Runtime.getRuntime();
        long heap = runtime.totalMemory() - runtime.freeMemory();
        largestHeap = Math.max(largestHeap, heap);
        tell("heap/current", heap);
        tell("heap/maximum", largestHeap);
    }

    private void publishCounts() {
        Counts counts = state.counts();
        tell("messages/received", counts.receivedPackets());
        tell("messages/sent", counts.sentPackets());
        tell("bytes/received", counts.receivedBytes());
        tell("bytes/sent", counts.sentBytes());
        tell("publish/messages/received", counts.publishedMessages());
        tell("publish/messages/sent", counts.deliveredMessages());
        tell("publish/messages/dropped", counts.droppedMessages());
        tell("publish/bytes/received", counts.publishedBytes());
        tell("publish/bytes/sent", counts.deliveredBytes());
    }

    private void publishLoads() {
        long now = state.nanoTime();
        for (Load load : loads) {
            long count = load.count().getAsLong();
            for (LoadAverage average : load.averages()) {
                tell(
                        "load/" + load.name() + "/" + average.minutes() + "min",
                        String.format(Locale.ROOT, "%.2f", average.update(count, now)));
            }
        }
    }

    private void tell(String name, long value) {
        tell(name, Long.toString(value));
    }

    private void tell(String name, String value) {
        if (!value.equals(told.put(name, value))) {
            state.publish(new Message(
                    new TopicName(ROOT + name),
                    ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)),
                    Qos.AT_MOST_ONCE,
                    true,
                    PublishProperties.NONE));
        }
    }
}
