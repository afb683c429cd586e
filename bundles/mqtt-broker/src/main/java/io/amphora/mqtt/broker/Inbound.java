// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.ClientInfo;
import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.Publish;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.spi.InboundPublish;
import io.amphora.mqtt.spi.Link;
import io.amphora.mqtt.spi.PublishHandler;
import io.amphora.mqtt.spi.PublishResult;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages that a client publishes: hands each to its handler and acknowledges it with the handler's result, at
 * once or when it comes. Results that come from other threads are acknowledged in batches, each with one write. Confined
 * to the link's event loop.
 */
final class Inbound {

    private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);
    private static final CompletionStage<PublishResult> DONE = CompletableFuture.completedFuture(PublishResult.SUCCESS);
    private static final PublishResult DENIED =
            PublishResult.of(ReasonCode.NOT_AUTHORIZED, "may not publish to this topic");
    private static final PublishResult TOO_DEEP =
            PublishResult.of(ReasonCode.TOPIC_NAME_INVALID, "the topic has more levels than the broker allows");
    private static final PublishResult SESSION_FULL =
            PublishResult.of(ReasonCode.QUOTA_EXCEEDED, "no room for another received packet identifier");
    private static final PublishResult UNHANDLED =
            PublishResult.of(ReasonCode.QUOTA_EXCEEDED, "what takes these topics is away: send this again in 2000 ms");
    private static final PublishResult BROKEN =
            PublishResult.of(ReasonCode.UNSPECIFIED_ERROR, "an error inside the broker");

    private final ClientConnection connection;
    private final Link link;
    private final BrokerState state;
    private final Extensions extensions;
    private final ClientInfo client;
    private final boolean tellsReasons;
    private final OptionalLong maximumPacketSize;
    private final Intake intake;
    private final PublishRate rate;
    private final CompletionQueue completions = new CompletionQueue();
    private final Set<Integer> unanswered = new HashSet<>(0); // packet identifiers of QoS 1 that handlers are busy with

    Inbound(
            ClientConnection connection,
            Link link,
            BrokerState state,
            Extensions extensions,
            ReadingGate gate,
            Handshake handshake) {
        this.connection = connection;
        this.link = link;
        this.state = state;
        this.extensions = extensions;
        this.client = handshake.client();
        this.tellsReasons = handshake.packet().requestProblemInformation();
        this.maximumPacketSize = handshake.packet().maximumPacketSize();
        this.rate = new PublishRate(gate, link, state);
        this.intake = new Intake(gate, link, state, client.version());
    }

    CompletionStage<?> publish(Publish packet) {
        state.counts().published(packet.payload().remaining());
        rate.published(packet.payload().remaining());
        requireFewLevels(packet);
        requireHandled(packet);
        if (packet.qos() == Qos.EXACTLY_ONCE) {
            int id = packet.packetId();
            switch (connection.session().arrivedQos2(id, packet.duplicate(), connection)) {
                case NEW -> {}
                case PENDING -> {
                    return DONE; // its PUBREC follows [MQTT-4.3.3-10]
                }
                case FULL -> {
                    requireTold();
                    send(Acknowledgement.Type.PUBREC, id, SESSION_FULL);
                    return DONE;
                }
                case DONE -> {
                    send(Acknowledgement.Type.PUBREC, id, connection.session().answerQos2(id));
                    return DONE;
                }
            }
        }
        boolean waits = packet.qos() == Qos.AT_LEAST_ONCE && unanswered.contains(packet.packetId());
        if (waits && packet.duplicate()) {
            return DONE; // its PUBACK follows
        }
        if (packet.qos() != Qos.AT_MOST_ONCE && !waits) {
            intake.opened();
        }
        return handle(packet, !waits);
    }

    /** @param counts whether the packet identifier was not counted before */
    private CompletionStage<?> handle(Publish packet, boolean counts) {
        long size = packet.payload().remaining() + Footprint.of(packet.properties());
        CompletableFuture<PublishResult> result = ask(packet).toCompletableFuture();
        if (result.isDone()) {
            completed(packet, result(result), counts);
            return DONE;
        }
        if (packet.qos() == Qos.AT_LEAST_ONCE) {
            unanswered.add(packet.packetId());
        }
        intake.kept(size);
        return result.handle((value, failure) -> {
            later(new CompletionQueue.Completion(packet, size, result(result)));
            return value;
        });
    }

    private CompletionStage<PublishResult> ask(Publish packet) {
        if (isTooDeep(packet)) {
            return CompletableFuture.completedFuture(TOO_DEEP);
        }
        if (!extensions.mayPublish(client, packet.topic())) {
            return CompletableFuture.completedFuture(DENIED);
        }
        if (isUnhandled(packet)) {
            return CompletableFuture.completedFuture(UNHANDLED);
        }
        PublishHandler handler = extensions.handler(packet.topic(), state.router());
        if (handler != state.router()) {
            link.carriesBulk();
        }
        InboundPublish publish = new InboundPublish(client, packet);
        boolean storesId = handler == state.router() && packet.qos() == Qos.EXACTLY_ONCE;
        return storesId
                ? state.router().handle(publish, connection.session().storingQos2(packet.packetId()))
                : handler.handle(publish);
    }

    /** Whether the message is for a handler that is not there. */
    private boolean isUnhandled(Publish packet) {
        return state.settings().isHandled(packet.topic().value())
                && extensions.handler(packet.topic(), state.router()) == state.router();
    }

    /** Ends the connection of a client that no PUBREC can tell that its session is full. */
    private void requireTold() {
        if (!client.version().hasProperties()) {
            throw new MqttProtocolException(
                    SESSION_FULL.reasonCode(), SESSION_FULL.reason().orElseThrow());
        }
    }

    private boolean isTooDeep(Publish packet) {
        return state.settings().bounds().isTooDeep(packet.topic().value());
    }

    /** Ends the connection where no acknowledgement can tell the client: before MQTT 5, and with QoS 0. */
    private void requireFewLevels(Publish packet) {
        boolean untold = packet.qos() == Qos.AT_MOST_ONCE || !client.version().hasProperties();
        if (untold && isTooDeep(packet)) {
            throw new MqttProtocolException(
                    TOO_DEEP.reasonCode(), TOO_DEEP.reason().orElseThrow());
        }
    }

    /** A client before MQTT 5 cannot be told, so it keeps the message by not getting an acknowledgement. */
    private void requireHandled(Publish packet) {
        boolean untold = packet.qos() != Qos.AT_MOST_ONCE && !client.version().hasProperties();
        if (untold && isUnhandled(packet)) {
            throw new MqttProtocolException(
                    ReasonCode.SERVER_UNAVAILABLE, UNHANDLED.reason().orElseThrow());
        }
    }

    private PublishResult result(CompletableFuture<PublishResult> completed) {
        try {
            return completed.join();
        } catch (RuntimeException e) {
            LOG.error("Handling a message of {} failed", client.id(), e);
            return BROKEN;
        }
    }

    /** On the thread that completed. */
    private void later(CompletionQueue.Completion completion) {
        if (completions.add(completion)) {
            link.eventLoop().execute(() -> {
                completions.drain(each -> drained(each));
                link.flush();
            });
        }
    }

    private void drained(CompletionQueue.Completion completion) {
        Publish packet = completion.packet();
        intake.done(completion.bytes());
        boolean counts = packet.qos() == Qos.AT_LEAST_ONCE && unanswered.remove(packet.packetId());
        completed(packet, completion.result(), counts);
    }

    /** @param counts whether a packet identifier of QoS 1 is answered that was counted */
    private void completed(Publish packet, PublishResult result, boolean counts) {
        if (isTransient(result) && !client.version().hasProperties()) {
            failed(packet, result);
            return;
        }
        switch (packet.qos()) {
            case AT_MOST_ONCE -> {}
            case AT_LEAST_ONCE -> {
                if (counts) {
                    intake.closed();
                }
                send(Acknowledgement.Type.PUBACK, packet.packetId(), result);
            }
            case EXACTLY_ONCE -> completedQos2(packet.packetId(), told(result));
        }
    }

    private static boolean isTransient(PublishResult result) {
        return result.equals(Dispatch.NOT_STORED) || result.equals(BROKEN);
    }

    /** The client cannot be told, so it keeps the message by not getting an acknowledgement [MQTT-4.8.0-2]. */
    private void failed(Publish packet, PublishResult result) {
        if (packet.qos() == Qos.EXACTLY_ONCE) {
            Optional<ClientConnection> awaiting = connection.session().completedQos2(packet.packetId(), result);
            connection.session().answerQos2(packet.packetId()); // what comes with the identifier again is new
            awaiting.filter(other -> other != connection).ifPresent(ClientConnection::failSoon);
        }
        connection.fail(result.reason().orElseThrow());
    }

    private void completedQos2(int packetId, PublishResult result) {
        Optional<ClientConnection> awaiting = connection.session().completedQos2(packetId, result);
        if (awaiting.isPresent() && awaiting.get() == connection) {
            sendPubrec(packetId);
        } else {
            awaiting.ifPresent(other -> other.sendPubrecSoon(packetId));
        }
    }

    /** What a client before MQTT 5 is told is always success, so that it goes on to PUBREL. */
    private PublishResult told(PublishResult result) {
        return client.version().hasProperties() ? result : PublishResult.SUCCESS;
    }

    void sendPubrec(int packetId) {
        PublishResult result = connection.session().answerQos2(packetId);
        if (result.reasonCode().isError()) {
            intake.closed();
        }
        send(Acknowledgement.Type.PUBREC, packetId, result);
    }

    void release(Acknowledgement pubrel) {
        int id = pubrel.packetId();
        Session.Released released = connection.session().releasedQos2(id);
        if (released.code() == ReasonCode.PROTOCOL_ERROR) {
            throw new MqttProtocolException(released.code(), "PUBREL before PUBREC");
        }
        connection.whenStored(released.stored(), () -> {
            if (!released.code().isError()) {
                intake.closed();
            }
            link.send(new Acknowledgement(Acknowledgement.Type.PUBCOMP, id, released.code(), Optional.empty()));
        });
    }

    private void send(Acknowledgement.Type type, int packetId, PublishResult result) {
        Acknowledgement full = new Acknowledgement(
                type, packetId, result.reasonCode(), tellsReasons ? result.reason() : Optional.empty());
        boolean fits = full.reason().isEmpty()
                || maximumPacketSize.isEmpty()
                || PacketSize.of(full) <= maximumPacketSize.getAsLong();
        link.send(fits ? full : new Acknowledgement(type, packetId, result.reasonCode(), Optional.empty()));
    }
}
