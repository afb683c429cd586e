// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ClientInfo;
import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.Suback;
import io.amphora.mqtt.Subscribe;
import io.amphora.mqtt.SubscriptionOptions.RetainHandling;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.Unsuback;
import io.amphora.mqtt.Unsubscribe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** Answers the SUBSCRIBE and UNSUBSCRIBE packets of one client. Confined to the link's event loop. */
final class Subscribing {

    private final Session session;
    private final ClientInfo client;
    private final BrokerState state;
    private final Extensions extensions;
    private CompletableFuture<Void> stored = Persistence.STORED;

    Subscribing(Session session, ClientInfo client, BrokerState state, Extensions extensions) {
        this.session = session;
        this.client = client;
        this.state = state;
        this.extensions = extensions;
    }

    /** Completes when what was answered is stored, if it has to be. */
    CompletableFuture<Void> stored() {
        return stored;
    }

    private void await(CompletableFuture<Void> next) {
        if (!next.isDone() || next.isCompletedExceptionally()) {
            stored = stored.isDone() ? next : CompletableFuture.allOf(stored, next);
        }
    }

    Suback subscribe(Subscribe packet) {
        List<Optional<TopicFilter>> filters = // all of them first: a violation leaves nothing done
                packet.requests().stream().map(this::filter).toList();
        List<ReasonCode> codes = new ArrayList<>(filters.size());
        for (int i = 0; i < filters.size(); i++) {
            Subscribe.Request request = packet.requests().get(i);
            ReasonCode code = filters.get(i)
                    .map(filter -> subscribe(filter, request, packet.subscriptionIdentifier()))
                    .orElse(ReasonCode.TOPIC_FILTER_INVALID);
            codes.add(told(request, code));
        }
        return new Suback(packet.packetId(), codes);
    }

    /** MQTT 3.1 has no code for a refusal in SUBACK and asks for a positive one instead. */
    private ReasonCode told(Subscribe.Request request, ReasonCode code) {
        return code.isError() && client.version() == MqttVersion.V3_1
                ? ReasonCode.granted(request.options().maximumQos())
                : code;
    }

    private Optional<TopicFilter> filter(Subscribe.Request request) {
        Optional<TopicFilter> filter = filter(request.filter());
        if (request.options().noLocal() && filter.filter(TopicFilter::isShared).isPresent()) {
            throw new MqttProtocolException(
                    ReasonCode.PROTOCOL_ERROR, "No Local on a shared subscription"); // [MQTT-3.8.3-4]
        }
        return filter;
    }

    /** Nothing for a string that is no filter; before MQTT 5 that is a violation [MQTT-4.8.0-1]. */
    private Optional<TopicFilter> filter(String value) {
        try {
            return Optional.of(new TopicFilter(value));
        } catch (MqttProtocolException e) {
            if (!client.version().hasProperties()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private ReasonCode subscribe(TopicFilter filter, Subscribe.Request request, OptionalInt identifier) {
        if (state.settings().bounds().isTooDeep(filter.pattern())) {
            return ReasonCode.TOPIC_FILTER_INVALID;
        }
        if (extensions.refuse(filter) || state.settings().isHandled(filter.pattern())) {
            return ReasonCode.TOPIC_FILTER_INVALID;
        }
        if (!extensions.maySubscribe(client, filter, state.settings().administrators())) {
            return ReasonCode.NOT_AUTHORIZED;
        }
        if (session.subscriptionCount() >= state.settings().maximumSubscriptions() && !session.isSubscribed(filter)) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        if (!session.hasRoomFor(filter)) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        Subscription subscription = new Subscription(
                session,
                filter,
                request.options(),
                identifier,
                state.persistence().next());
        await(session.subscribe(subscription, sendsRetained(subscription)));
        return ReasonCode.granted(request.options().maximumQos());
    }

    private boolean sendsRetained(Subscription subscription) {
        TopicFilter filter = subscription.filter();
        RetainHandling handling = subscription.options().retainHandling();
        boolean wanted = handling == RetainHandling.SEND
                || (handling == RetainHandling.SEND_IF_NEW && !session.isSubscribed(filter));
        return wanted && !filter.isShared();
    }

    Unsuback unsubscribe(Unsubscribe packet) {
        List<Optional<TopicFilter>> filters =
                packet.filters().stream().map(this::filter).toList();
        List<ReasonCode> codes = new ArrayList<>(filters.size());
        for (Optional<TopicFilter> filter : filters) {
            codes.add(filter.map(this::unsubscribe).orElse(ReasonCode.TOPIC_FILTER_INVALID));
        }
        if (session.isPersistent()) {
            await(state.persistence().earlierChanges());
        }
        return new Unsuback(packet.packetId(), codes);
    }

    private ReasonCode unsubscribe(TopicFilter filter) {
        return session.unsubscribe(filter) ? ReasonCode.SUCCESS : ReasonCode.NO_SUBSCRIPTION_EXISTED;
    }
}
