// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.Publish;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.InboundPublish;
import io.amphora.mqtt.spi.PublishHandler;
import io.amphora.mqtt.spi.PublishResult;
import io.amphora.mqtt.spi.Publisher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Brings a message to the sessions that are subscribed to its topic, and keeps it if it is to be retained. The last of
 * the publish handlers, which accepts every topic. Thread-safe.
 */
final class Router implements PublishHandler, Publisher {

    private static final CompletionStage<PublishResult> ROUTED =
            CompletableFuture.completedFuture(PublishResult.SUCCESS);
    private static final CompletionStage<PublishResult> NOBODY =
            CompletableFuture.completedFuture(new PublishResult(ReasonCode.NO_MATCHING_SUBSCRIBERS, Optional.empty()));
    private static final CompletionStage<PublishResult> RETAINED_FULL = CompletableFuture.completedFuture(
            PublishResult.of(ReasonCode.QUOTA_EXCEEDED, "no room for another retained message"));

    private final SubscriptionIndex index;
    private final RetainedMessages retained;
    private final LongSupplier clock;

    Router(SubscriptionIndex index, RetainedMessages retained, LongSupplier clock) {
        this.index = index;
        this.retained = retained;
        this.clock = clock;
    }

    @Override
    public boolean accepts(TopicName topic) {
        return true;
    }

    @Override
    public boolean refuses(TopicFilter filter) {
        return false;
    }

    @Override
    public CompletionStage<PublishResult> handle(InboundPublish publish) {
        Publish packet = publish.packet();
        if (!packet.retain() && !hasSubscribers(packet.topic())) {
            return NOBODY;
        }
        Delivery.Arrival arrival = new Delivery.Arrival(packet.toMessage(), clock.getAsLong());
        if (packet.retain() && !retained.retain(arrival)) {
            return RETAINED_FULL;
        }
        return route(arrival, Optional.of(publish.client().id()));
    }

    @Override
    public boolean hasSubscribers(TopicName topic) {
        return index.hasSubscribers(topic.value());
    }

    @Override
    public void publish(Message message) {
        Delivery.Arrival arrival = new Delivery.Arrival(message, clock.getAsLong());
        if (message.retain()) {
            retained.retain(arrival);
        }
        var unused = route(arrival, Optional.empty()); // there is no publisher who could wait
    }

    private CompletionStage<PublishResult> route(Delivery.Arrival arrival, Optional<ClientId> publisher) {
        String topic = arrival.message().topic().value();
        Routing routing = new Routing();
        for (List<Subscription> ofOneSession : index.matches(topic)) {
            deliver(arrival, ofOneSession, publisher, routing);
        }
        for (ShareGroup group : index.groups(topic)) {
            group.pick()
                    .ifPresent(
                            member -> routing.add(member.session().deliver(Delivery.shared(arrival, member, group))));
        }
        return routing.result();
    }

    /** What came of bringing a message to its subscribers. */
    private static final class Routing {

        private boolean anybody;
        private CompletableFuture<Void> room;

        void add(CompletableFuture<Void> next) {
            anybody = true;
            if (!next.isDone()) {
                room = room == null ? next : CompletableFuture.allOf(room, next);
            }
        }

        /** Waits until all subscribers have room. */
        CompletionStage<PublishResult> result() {
            if (room == null) {
                return anybody ? ROUTED : NOBODY;
            }
            return room.thenApply(done -> PublishResult.SUCCESS);
        }
    }

    /** One message for a session, however many of its subscriptions match, with the best of their QoS [MQTT-3.3.4-2]. */
    private static void deliver(
            Delivery.Arrival arrival, List<Subscription> matching, Optional<ClientId> publisher, Routing routing) {
        Qos best = Qos.AT_MOST_ONCE;
        boolean wanted = false;
        boolean retainAsPublished = false;
        List<Integer> identifiers = List.of();
        for (Subscription subscription : matching) {
            if (subscription.isLocal(publisher)) {
                continue; // [MQTT-3.8.3-3]
            }
            Qos asked = subscription.options().maximumQos();
            best = best.level() >= asked.level() ? best : asked;
            wanted = true;
            retainAsPublished |= subscription.options().retainAsPublished();
            identifiers = with(identifiers, subscription);
        }
        if (wanted) {
            boolean retain = retainAsPublished && arrival.message().retain(); // [MQTT-3.3.1-12] [MQTT-3.3.1-13]
            Qos qos = best.min(arrival.message().qos());
            Delivery delivery = new Delivery(arrival, qos, retain, identifiers, Optional.empty());
            routing.add(matching.get(0).session().deliver(delivery));
        }
    }

    private static List<Integer> with(List<Integer> identifiers, Subscription subscription) {
        if (subscription.identifier().isEmpty()) {
            return identifiers;
        }
        int identifier = subscription.identifier().getAsInt();
        if (identifiers.isEmpty()) {
            return List.of(identifier);
        }
        List<Integer> more = new ArrayList<>(identifiers);
        more.add(identifier);
        return more;
    }
}
