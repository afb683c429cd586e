// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.ClientInfo;
import io.amphora.mqtt.Connack;
import io.amphora.mqtt.Connect;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.spi.EnhancedAuthenticator.Step;
import io.amphora.mqtt.spi.Link;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/** What client and broker agree on in CONNECT and CONNACK. Immutable. */
final class Handshake {

    private final Connect packet;
    private final BrokerSettings settings;
    private final ClientInfo client;
    private final int maximumPacketSize;
    private final Optional<ByteBuffer> authenticationData;
    private final Connack welcome; // as if there were no session

    /** A client that is authenticated. */
    Handshake(Connect packet, BrokerSettings settings, Link link, Step.Success authenticated) {
        this.packet = packet;
        this.settings = settings;
        this.client = new ClientInfo(
                clientId(packet), packet.version(), authenticated.username().or(packet::username), link.peer());
        this.authenticationData = authenticated.data();
        this.maximumPacketSize = link.maximumPacketSize();
        this.welcome = welcome();
    }

    private static ClientId clientId(Connect packet) {
        return new ClientId(packet.clientId().isEmpty() ? "amphora-" + UUID.randomUUID() : packet.clientId());
    }

    Connect packet() {
        return packet;
    }

    ClientInfo client() {
        return client;
    }

    /** Seconds that hold, the client's or the broker's. */
    int keepAlive() {
        int most = settings.maximumKeepAlive();
        return most > 0 && (packet.keepAlive() == 0 || packet.keepAlive() > most) ? most : packet.keepAlive();
    }

    /** Seconds that hold, the client's or the broker's. */
    long sessionExpiry() {
        return Math.min(packet.sessionExpiry(), settings.maximumSessionExpiry());
    }

    /** Whether the client takes a CONNACK that says what it has to [MQTT-3.1.2-24]. */
    boolean isPossible() {
        return fits(welcome);
    }

    private boolean fits(Connack connack) {
        OptionalLong most = packet.maximumPacketSize();
        return most.isEmpty() || PacketSize.of(connack) <= most.getAsLong();
    }

    /** Without what the client can do without, where it would be too large for it. */
    Connack connack(boolean sessionPresent) {
        return sessionPresent ? connack(true, welcome.responseInformation()) : welcome;
    }

    private Connack welcome() {
        Connack full = connack(false, responseInformation());
        return fits(full) ? full : connack(false, Optional.empty());
    }

    private Connack connack(boolean sessionPresent, Optional<String> responseInformation) {
        return new Connack(
                sessionPresent,
                ReasonCode.SUCCESS,
                Optional.empty(),
                packet.clientId().isEmpty() ? Optional.of(client.id()) : Optional.empty(),
                keepAlive() == packet.keepAlive() ? OptionalInt.empty() : OptionalInt.of(keepAlive()),
                sessionExpiry() == packet.sessionExpiry() ? OptionalLong.empty() : OptionalLong.of(sessionExpiry()),
                OptionalInt.of(settings.receiveMaximum()),
                OptionalInt.of(maximumPacketSize),
                OptionalInt.of(settings.topicAliasMaximum()),
                responseInformation,
                Optional.empty(),
                packet.authenticationMethod(), // [MQTT-4.12.0-5]
                authenticationData);
    }

    /** Where the client may expect responses, if it asked [MQTT-3.1.2-28] and the operator has an answer. */
    private Optional<String> responseInformation() {
        String template = settings.responseInformation();
        return packet.requestResponseInformation() && !template.isEmpty()
                ? Optional.of(template.replace("%c", client.id().value()))
                : Optional.empty();
    }

    /** Highest topic alias that the client is sent. */
    int sentTopicAliasMaximum() {
        return Math.min(packet.topicAliasMaximum(), settings.topicAliasMaximum());
    }
}
