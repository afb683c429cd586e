// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.Connack;
import io.amphora.mqtt.Disconnect;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.ServerPacket;
import io.amphora.mqtt.Unsubscribe;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A client that subscribes to a group and does what is due to be done by chance, with the state that QoS 2 asks of it.
 * Confined to one thread at a time, which is its event loop too.
 */
final class GroupMember {

    private final BrokerFixture broker;
    private final String id;
    private final String filter;
    private final Consumer<String> received;
    private final Set<Integer> begun = new HashSet<>(); // PUBLISH has come, PUBREL not yet
    private final ArrayDeque<Acknowledgement> toSend = new ArrayDeque<>();
    private FakeLink link = new FakeLink();
    private Optional<ClientConnection> connection = Optional.empty();

    /** @param received gets the text of each message, of one of QoS 2 only once */
    GroupMember(BrokerFixture broker, String id, String filter, Consumer<String> received) {
        this.broker = broker;
        this.id = id;
        this.filter = filter;
        this.received = received;
    }

    /** Does anything. */
    void step(Random random) {
        switch (random.nextInt(16)) {
            case 0 -> connect(false, random.nextBoolean() ? 60 : 1);
            case 1 -> connect(true, 60);
            case 2 -> connect(random.nextBoolean(), 0);
            case 3 -> close();
            case 4 -> leave();
            case 5, 6 -> subscribe();
            case 7 -> unsubscribe();
            case 8 -> writable(random.nextBoolean());
            default -> receive(random.nextInt(6));
        }
    }

    void connect(boolean cleanStart, long expiry) {
        see();
        FakeLink before = link;
        link = new FakeLink();
        toSend.clear();
        connection = Optional.of(broker.connect(link, id, cleanStart, expiry));
        before.run(); // it has been displaced
        see();
    }

    void close() {
        see();
        connection.ifPresent(ClientConnection::closed);
        connection = Optional.empty();
    }

    /** Ends its session with the connection. */
    private void leave() {
        see();
        connection.ifPresent(left ->
                left.disconnect(new Disconnect(ReasonCode.NORMAL_DISCONNECTION, Optional.empty(), OptionalLong.of(0))));
        connection = Optional.empty();
    }

    /** Its session is there no more. */
    void end() {
        connect(true, 0);
        close();
    }

    void subscribe() {
        connection.ifPresent(member -> BrokerFixture.subscribe(member, filter, Qos.EXACTLY_ONCE));
    }

    void unsubscribe() {
        connection.ifPresent(member -> member.unsubscribe(new Unsubscribe(2, List.of(filter))));
    }

    private void writable(boolean next) {
        link.writable(next);
        if (next) {
            connection.ifPresent(ClientConnection::writable);
        }
    }

    /** Lets so much happen on its event loop, and acknowledges up to so many messages, in order. */
    void receive(int most) {
        for (int i = 0; i < most; i++) {
            link.runOne();
            see();
            if (connection.isPresent() && !toSend.isEmpty()) {
                connection.get().acknowledge(toSend.remove());
            }
        }
        see();
    }

    /** Receives until there is nothing more. */
    void receiveAll() {
        do {
            receive(1);
        } while (link.runOne() || !toSend.isEmpty());
    }

    /** Takes what was sent to it. */
    private void see() {
        link.sent().forEach(this::see);
    }

    private void see(ServerPacket packet) {
        if (packet instanceof Connack connack && !connack.sessionPresent()) {
            begun.clear();
        } else if (packet instanceof OutboundPublish publish) {
            see(publish);
        } else if (packet instanceof Acknowledgement pubrel && pubrel.type() == Acknowledgement.Type.PUBREL) {
            begun.remove(pubrel.packetId());
            toSend.add(Acknowledgement.success(Acknowledgement.Type.PUBCOMP, pubrel.packetId()));
        }
    }

    private void see(OutboundPublish publish) {
        int packetId = publish.packetId();
        boolean exactlyOnce = publish.qos() == Qos.EXACTLY_ONCE;
        if (!exactlyOnce || begun.add(packetId) || !publish.duplicate()) {
            received.accept(Deliveries.text(publish.message()));
        }
        toSend.add(Acknowledgement.success(
                exactlyOnce ? Acknowledgement.Type.PUBREC : Acknowledgement.Type.PUBACK, packetId));
    }
}
