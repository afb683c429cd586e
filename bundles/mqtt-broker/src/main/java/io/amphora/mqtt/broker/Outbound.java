// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.ServerPacket;
import io.amphora.mqtt.spi.Link;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The messages that a client is sent: fetches them from the session as fast as the link and the client's Receive Maximum
 * allow. Confined to the link's event loop.
 */
final class Outbound {

    private static final int BATCH = 64;

    private final ClientConnection connection;
    private final Link link;
    private final long maximumPacketSize;
    private final TopicAliases aliases;
    private final Counts counts;
    private final Outgoing outgoing = new Outgoing(BATCH);
    private boolean storing; // what was taken is not sent yet
    private boolean later; // it looks for more in a later turn of the loop

    Outbound(ClientConnection connection, Link link, Handshake handshake, Counts counts) {
        this.connection = connection;
        this.link = link;
        this.counts = counts;
        this.maximumPacketSize = handshake.packet().maximumPacketSize().orElse(Long.MAX_VALUE);
        this.aliases = new TopicAliases(handshake.sentTopicAliasMaximum());
    }

    /** Sends what may be sent now, and looks for more, which is sent in a later turn of the loop; the caller flushes. */
    void drain() {
        outgoing.lookAgain();
        sendWaiting();
        if (!storing && link.isWritable()) {
            boolean more = connection.session().takeOver(connection)
                    || outgoing.looks().areUsedUp();
            if (more && !later) {
                later = true;
                connection.inLaterTurn(this::drainLater);
            }
        }
    }

    private void drainLater() {
        later = false;
        drain();
    }

    private void sendWaiting() {
        while (!storing && link.isWritable()) {
            CompletableFuture<Void> stored = connection.session().take(connection, outgoing);
            if (outgoing.packets().isEmpty()) {
                outgoing.clear();
                return;
            }
            storing = !stored.isDone();
            connection.whenStored(stored, this::sendTaken);
        }
    }

    private void sendTaken() {
        outgoing.packets().forEach(this::send);
        outgoing.clear();
        if (storing) {
            storing = false;
            drain();
        }
    }

    private void send(ServerPacket packet) {
        if (packet instanceof OutboundPublish publish) {
            send(publish);
        } else {
            link.send(packet);
        }
    }

    private void send(OutboundPublish packet) {
        OutboundPublish aliased = aliases.alias(packet, this::fits);
        if (fits(aliased)) {
            counts.delivered(packet.message().payload().remaining());
            link.send(aliased);
        } else {
            connection.session().skip(packet.packetId(), packet.qos(), connection); // [MQTT-3.1.2-25]
        }
    }

    private boolean fits(OutboundPublish packet) {
        return maximumPacketSize == Long.MAX_VALUE || PacketSize.of(packet) <= maximumPacketSize;
    }

    /**
     * Requires that the client takes the answer to a SUBSCRIBE or UNSUBSCRIBE, before that is carried out.
     *
     * @param count of topic filters
     * @throws MqttProtocolException with 0x95 if it does not: the answer must not be sent [MQTT-3.1.2-24]
     */
    void requireAnswerFits(int count) {
        if (PacketSize.ofAnswers(count) > maximumPacketSize) {
            throw new MqttProtocolException(
                    ReasonCode.PACKET_TOO_LARGE, "the answer would exceed the client's Maximum Packet Size");
        }
    }

    void acknowledged(Acknowledgement packet) {
        connection.session().acknowledged(packet, connection).ifPresent(done -> acknowledged(packet, done));
    }

    private void acknowledged(Acknowledgement packet, SessionMessages.Acknowledged acknowledged) {
        int id = packet.packetId();
        switch (acknowledged.step()) {
            case DONE -> drain();
            case RELEASE ->
                connection.whenStored(
                        acknowledged.stored(),
                        () -> link.send(Acknowledgement.success(Acknowledgement.Type.PUBREL, id)));
            case VIOLATION ->
                throw new MqttProtocolException(
                        ReasonCode.PROTOCOL_ERROR,
                        packet.type() + " for a message that awaits another acknowledgement"); // [MQTT-4.13.1-1]
            case UNKNOWN -> {
                if (packet.type() == Acknowledgement.Type.PUBREC
                        && !packet.reasonCode().isError()) {
                    link.send(new Acknowledgement(
                            Acknowledgement.Type.PUBREL, id, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Optional.empty()));
                }
            }
        }
    }
}
