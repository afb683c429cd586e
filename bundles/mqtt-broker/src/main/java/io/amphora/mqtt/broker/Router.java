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
import io.amphora.mqtt.spi.SessionStore.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a message to the sessions that are subscribed to its topic, and keeps it if it is to be retained. The last of
 * the publish handlers, which accepts every topic. Thread-safe.
 */
final class Router implements PublishHandler, Publisher {

    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final CompletionStage<PublishResult> NOBODY = CompletableFuture.completedFuture(Dispatch.NOBODY);
    private static final CompletionStage<PublishResult> RETAINED_FULL = CompletableFuture.completedFuture(
            PublishResult.of(ReasonCode.QUOTA_EXCEEDED, "no room for another retained message"));

    private final SubscriptionIndex index;
    private final RetainedMessages retained;
    private final Persistence persistence;
    private final LongSupplier clock;

    Router(SubscriptionIndex index, RetainedMessages retained, Persistence persistence, LongSupplier clock) {
        this.persistence = persistence;
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
        return handle(publish, List.of());
    }

    /** @param besides what is to be stored in the same moment as the message */
    CompletionStage<PublishResult> handle(InboundPublish publish, List<Change> besides) {
        Publish packet = publish.packet();
        if (packet.retain()) {
            return retainAndDeliver(publish, besides);
        }
        Targets targets = targets(packet.topic());
        if (besides.isEmpty() && targets.areNone()) {
            return NOBODY;
        }
        Delivery.Arrival arrival = new Delivery.Arrival(packet.toMessage(), clock.getAsLong());
        return deliver(publish, targets, new Dispatch(persistence, arrival), arrival, besides);
    }

    /** In this order, so that who subscribes meanwhile gets it in one way at least. */
    private CompletionStage<PublishResult> retainAndDeliver(InboundPublish publish, List<Change> besides) {
        Publish packet = publish.packet();
        Delivery.Arrival arrival = new Delivery.Arrival(packet.toMessage(), clock.getAsLong());
        Optional<CompletableFuture<Void>> retaining = retained.retain(arrival);
        if (retaining.isEmpty()) {
            return RETAINED_FULL;
        }
        Dispatch dispatch = new Dispatch(persistence, arrival);
        dispatch.await(retaining.get());
        return deliver(publish, targets(packet.topic()), dispatch, arrival, besides);
    }

    private static CompletionStage<PublishResult> deliver(
            InboundPublish publish,
            Targets targets,
            Dispatch dispatch,
            Delivery.Arrival arrival,
            List<Change> besides) {
        targets.deliver(arrival, Optional.of(publish.client().id()), dispatch);
        return dispatch.finish(besides);
    }

    @Override
    public boolean hasSubscribers(TopicName topic) {
        return index.hasSubscribers(topic.value());
    }

    @Override
    public void publish(Message message) {
        Delivery.Arrival arrival = new Delivery.Arrival(message, clock.getAsLong());
        if (message.retain() && retained.retain(arrival).isEmpty()) {
            LOG.info("Did not retain a message to {}: no room for another", message.topic());
        }
        Dispatch dispatch = new Dispatch(persistence, arrival);
        targets(message.topic()).deliver(arrival, Optional.empty(), dispatch);
        var unused = dispatch.finish(List.of()); // there is no publisher who could wait
    }

    private Targets targets(TopicName topic) {
        return new Targets(index.matches(topic.value()), index.groups(topic.value()));
    }

    /** Who gets a message. */
    private record Targets(TopicTree.Matches<Subscription> ordinary, List<ShareGroup> groups) {

        boolean areNone() {
            return ordinary.all().isEmpty() && groups.isEmpty();
        }

        void deliver(Delivery.Arrival arrival, Optional<ClientId> publisher, Dispatch dispatch) {
            if (ordinary.areOfOneFilter()) {
                for (Subscription subscription : ordinary.all()) {
                    if (!subscription.isLocal(publisher)) { // [MQTT-3.8.3-3]
                        dispatch.add(subscription.session(), Delivery.of(arrival, subscription));
                    }
                }
            } else {
                for (List<Subscription> ofOneSession : SubscriptionIndex.bySession(ordinary.all())) {
                    Router.deliver(arrival, ofOneSession, publisher, dispatch);
                }
            }
            for (ShareGroup group : groups) {
                group.pick()
                        .ifPresent(member -> dispatch.add(member.session(), Delivery.shared(arrival, member, group)));
            }
        }
    }

    /** One message for a session, however many of its subscriptions match, with the best of their QoS [MQTT-3.3.4-2]. */
    private static void deliver(
            Delivery.Arrival arrival, List<Subscription> matching, Optional<ClientId> publisher, Dispatch dispatch) {
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
            dispatch.add(matching.get(0).session(), new Delivery(arrival, qos, retain, identifiers));
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
