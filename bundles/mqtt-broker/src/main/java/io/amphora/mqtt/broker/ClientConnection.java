// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.Auth;
import io.amphora.mqtt.ClientInfo;
import io.amphora.mqtt.Connack;
import io.amphora.mqtt.Connect;
import io.amphora.mqtt.Disconnect;
import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.Pingresp;
import io.amphora.mqtt.Publish;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.Suback;
import io.amphora.mqtt.Subscribe;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.Unsuback;
import io.amphora.mqtt.Unsubscribe;
import io.amphora.mqtt.Will;
import io.amphora.mqtt.spi.ClientRegistry;
import io.amphora.mqtt.spi.Connection;
import io.amphora.mqtt.spi.EnhancedAuthenticator;
import io.amphora.mqtt.spi.EnhancedAuthenticator.Step;
import io.amphora.mqtt.spi.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One network connection, from CONNECT to its end. Confined to the link's event loop, except the methods that say
 * otherwise.
 */
final class ClientConnection implements Connection {

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private enum Phase {
        NEW,
        AUTHENTICATING,
        CONNECTED,
        ENDED
    }

    private final BrokerState state;
    private final Extensions extensions;
    private final Link link;
    private final ReadingGate gate;
    private Phase phase = Phase.NEW;
    private List<Runnable> early = List.of();
    private Optional<EnhancedAuthentication> enhanced = Optional.empty();

    // Known from CONNECT on.
    private Session session;
    private ClientInfo client;
    private long sessionExpiry;
    private Optional<Will> will = Optional.empty();
    private Inbound inbound;
    private Outbound outbound;

    ClientConnection(BrokerState state, Extensions extensions, Link link) {
        this.state = state;
        this.extensions = extensions;
        this.link = link;
        this.gate = new ReadingGate(link);
    }

    @Override
    public void connect(Connect packet) {
        if (phase != Phase.NEW) {
            throw new MqttProtocolException(ReasonCode.PROTOCOL_ERROR, "a second CONNECT"); // [MQTT-3.1.0-2]
        }
        phase = Phase.AUTHENTICATING;
        if (!state.connectionRate().admits(link.peer())) {
            refuse(ReasonCode.CONNECTION_RATE_EXCEEDED, "too many connections from this address");
            return;
        }
        if (packet.will().filter(this::isTooDeep).isPresent()) {
            refuse(ReasonCode.TOPIC_NAME_INVALID, "the will's topic has more levels than the broker allows");
            return;
        }
        if (packet.authenticationMethod().isPresent()) {
            authenticate(packet, packet.authenticationMethod().get());
            return;
        }
        CompletableFuture<ReasonCode> verdict =
                extensions.authenticate(packet, link.peer()).toCompletableFuture();
        if (verdict.isDone()) {
            authenticated(packet, verdict.join());
        } else {
            gate.close(ReadingGate.Reason.AUTHENTICATING);
            var unused = verdict.thenAccept(code -> link.eventLoop().execute(() -> {
                authenticated(packet, code);
                link.flush(); // nothing need come in that would
            }));
        }
    }

    private void authenticated(Connect packet, ReasonCode verdict) {
        if (verdict.isError()) {
            refuseUnlessEnded(verdict);
        } else {
            welcome(packet, new Step.Success(Optional.empty(), Optional.empty()));
        }
    }

    private void authenticate(Connect packet, String method) {
        Optional<EnhancedAuthenticator> authenticator = extensions.enhanced(method);
        if (authenticator.isEmpty()) {
            refuse(
                    ReasonCode.BAD_AUTHENTICATION_METHOD,
                    "this authentication method is not installed"); // [MQTT-4.12.0-1]
            return;
        }
        enhanced = Optional.of(
                new EnhancedAuthentication(authenticator.get(), packet, link, new EnhancedAuthentication.Outcome() {
                    @Override
                    public void authenticated(Step.Success success) {
                        if (phase == Phase.CONNECTED) {
                            link.send(new Auth(ReasonCode.SUCCESS, method, success.data(), List.of()));
                        } else {
                            welcome(packet, success);
                        }
                    }

                    @Override
                    public void refused(ReasonCode code) {
                        if (phase == Phase.CONNECTED) {
                            end(Disconnect.of(code, "not authenticated again"));
                        } else {
                            refuseUnlessEnded(code);
                        }
                    }
                }));
        enhanced.get().begin(packet.authenticationData());
    }

    @Override
    public void auth(Auth packet) {
        if (phase == Phase.ENDED) {
            return;
        }
        enhanced.orElseThrow(() -> new MqttProtocolException(
                        ReasonCode.PROTOCOL_ERROR, "AUTH without an authentication method in CONNECT"))
                .received(packet, phase == Phase.CONNECTED);
    }

    private void refuseUnlessEnded(ReasonCode code) {
        if (phase == Phase.AUTHENTICATING) {
            refuse(code, "not authenticated");
        }
    }

    private void welcome(Connect packet, Step.Success authenticated) {
        if (phase != Phase.AUTHENTICATING) {
            return; // the connection ended meanwhile
        }
        Handshake handshake = new Handshake(packet, state.settings(), link, authenticated);
        if (!handshake.isPossible()) {
            refuse(ReasonCode.PACKET_TOO_LARGE, "CONNACK would exceed the Maximum Packet Size");
            return;
        }
        Optional<Sessions.Opened> opened = open(handshake);
        if (opened.isEmpty()) {
            refuse(ReasonCode.QUOTA_EXCEEDED, "the broker holds no more sessions");
            return;
        }
        opened.get().displaced().ifPresent(ClientConnection::displaced);
        outbound.drain();
        gate.open(ReadingGate.Reason.AUTHENTICATING);
        runEarly();
    }

    /** Deals with what came before CONNACK; no listener is there to catch what is wrong with it. */
    private void runEarly() {
        List<Runnable> waited = early;
        early = List.of();
        for (Runnable each : waited) {
            try {
                each.run();
            } catch (MqttProtocolException e) {
                end(Disconnect.of(e.reasonCode(), e.getMessage()));
            }
        }
    }

    private Optional<Sessions.Opened> open(Handshake handshake) {
        Connect packet = handshake.packet();
        client = handshake.client();
        inbound = new Inbound(this, link, state, extensions, gate, handshake);
        outbound = new Outbound(this, link, handshake, state.counts());
        Optional<Sessions.Opened> opened =
                state.sessions().open(this, handshake, packet.will().filter(this::mayBePublished));
        opened.ifPresent(open -> {
            session = open.session();
            sessionExpiry = handshake.sessionExpiry();
            will = packet.will();
            phase = Phase.CONNECTED;
            link.keepAlive(handshake.keepAlive());
            link.send(handshake.connack(open.present()));
            state.counts().connected();
            state.events().connected(client, link.listener(), open.present());
            LOG.debug("Connected {} from {} ({}, {})", client.id(), link.peer(), packet.version(), link.listener());
        });
        return opened;
    }

    private void refuse(ReasonCode code, String reason) {
        LOG.debug("Refused a connection from {}: {} ({})", link.peer(), code, reason);
        phase = Phase.ENDED;
        boolean elsewhere = code == ReasonCode.USE_ANOTHER_SERVER || code == ReasonCode.SERVER_MOVED;
        String reference = state.settings().serverReference();
        link.send(Connack.refused(
                code, reason, elsewhere && !reference.isEmpty() ? Optional.of(reference) : Optional.empty()));
        link.close();
    }

    @Override
    public CompletionStage<?> publish(Publish packet) {
        if (phase == Phase.CONNECTED) {
            return inbound.publish(packet);
        }
        CompletableFuture<Object> done = new CompletableFuture<>();
        deferOrDrop(() -> {
            CompletionStage<?> read = CompletableFuture.completedFuture(null);
            try {
                read = phase == Phase.CONNECTED ? inbound.publish(packet) : read;
            } finally {
                var unused = read.whenComplete((result, failure) -> done.complete(null));
            }
        });
        if (phase == Phase.ENDED) {
            done.complete(null);
        }
        return done;
    }

    @Override
    public void acknowledge(Acknowledgement packet) {
        whenConnected(() -> {
            if (packet.type() == Acknowledgement.Type.PUBREL) {
                inbound.release(packet);
            } else {
                outbound.acknowledged(packet);
            }
        });
    }

    @Override
    public void subscribe(Subscribe packet) {
        whenConnected(() -> {
            outbound.requireAnswerFits(packet.requests().size());
            Subscribing subscribing = new Subscribing(session, client, state, extensions);
            Suback answer = subscribing.subscribe(packet);
            whenStored(subscribing.stored(), () -> link.send(answer));
            outbound.drain();
        });
    }

    @Override
    public void unsubscribe(Unsubscribe packet) {
        whenConnected(() -> {
            outbound.requireAnswerFits(packet.filters().size());
            Subscribing subscribing = new Subscribing(session, client, state, extensions);
            Unsuback answer = subscribing.unsubscribe(packet);
            whenStored(subscribing.stored(), () -> link.send(answer));
        });
    }

    @Override
    public void ping() {
        whenConnected(() -> link.send(Pingresp.INSTANCE));
    }

    @Override
    public void disconnect(Disconnect packet) {
        if (phase == Phase.AUTHENTICATING && enhanced.isPresent()) {
            phase = Phase.ENDED;
            return;
        }
        whenConnected(() -> {
            packet.sessionExpiry().ifPresent(this::changeExpiry);
            if (packet.reasonCode().code() == ReasonCode.NORMAL_DISCONNECTION.code()) {
                will = Optional.empty(); // [MQTT-3.14.4-3]
            }
            leave();
        });
    }

    private void changeExpiry(long seconds) {
        if (sessionExpiry == 0 && seconds != 0) {
            throw new MqttProtocolException(
                    ReasonCode.PROTOCOL_ERROR, "DISCONNECT prolongs a session that ends with the connection");
        }
        sessionExpiry = Math.min(seconds, state.settings().maximumSessionExpiry());
    }

    @Override
    public void writable() {
        if (phase == Phase.CONNECTED) {
            outbound.drain();
            link.flush();
        }
    }

    @Override
    public void closed() {
        if (phase == Phase.CONNECTED) {
            leave();
        }
        phase = Phase.ENDED;
        early.forEach(Runnable::run); // releases what they hold
        early = List.of();
    }

    /** Does something in a later turn of the event loop, unless the connection has ended by then. */
    void inLaterTurn(Runnable action) {
        link.eventLoop().execute(() -> {
            if (phase == Phase.CONNECTED) {
                action.run();
                link.flush();
            }
        });
    }

    /** Messages wait in the session, or too many of them. Callable from any thread. */
    void messagesWait(boolean tooMany) {
        link.eventLoop().execute(() -> {
            if (phase != Phase.CONNECTED) {
                return;
            }
            if (tooMany) {
                end(Disconnect.of(ReasonCode.QUOTA_EXCEEDED, "too slow: the queue is full"));
                return;
            }
            outbound.drain();
            link.flush();
        });
    }

    /** Goes on when something is stored; ends the connection if that fails, so that the client sends again. */
    void whenStored(CompletableFuture<Void> stored, Runnable then) {
        if (stored.isDone()) {
            goOn(stored, then);
        } else {
            var unused = stored.whenComplete((done, failure) -> link.eventLoop().execute(() -> {
                goOn(stored, then);
                link.flush();
            }));
        }
    }

    private void goOn(CompletableFuture<Void> stored, Runnable then) {
        if (phase != Phase.CONNECTED) {
            return;
        }
        if (stored.isCompletedExceptionally()) {
            fail("the session cannot be stored");
        } else {
            then.run();
        }
    }

    /** What the client wants cannot be done at the moment, and it is not told otherwise. */
    void fail(String reason) {
        if (phase == Phase.CONNECTED) {
            end(Disconnect.of(ReasonCode.UNSPECIFIED_ERROR, reason));
        }
    }

    /** A message fails that another connection began, and that this one has repeated. Callable from any thread. */
    void failSoon() {
        link.eventLoop().execute(() -> fail("a message could not be dealt with"));
    }

    /** The publishers have waited long enough. Callable from any thread. */
    void tooSlow() {
        link.eventLoop().execute(() -> {
            if (phase == Phase.CONNECTED) {
                end(Disconnect.of(ReasonCode.QUOTA_EXCEEDED, "too slow: publishers have waited for too long"));
            }
        });
    }

    /** Another connection has the session now. Callable from any thread. */
    private void displaced() {
        link.eventLoop().execute(() -> {
            if (phase == Phase.CONNECTED) {
                end(Disconnect.of(ReasonCode.SESSION_TAKEN_OVER, "another connection has this session"));
            }
        });
    }

    private void end(Disconnect packet) {
        LOG.debug("Disconnected {}: {}", client.id(), packet.reasonCode());
        link.send(packet);
        leave();
        link.close();
    }

    private void leave() {
        phase = Phase.ENDED;
        state.events().disconnected(client);
        state.sessions().leave(session, this, sessionExpiry, will.filter(this::mayBePublished));
    }

    private boolean isTooDeep(Will last) {
        return state.settings().bounds().isTooDeep(last.message().topic().value());
    }

    /** A will is an ordinary message: its client must be allowed to publish it, and its topic is no handler's. */
    private boolean mayBePublished(Will last) {
        TopicName topic = last.message().topic();
        return extensions.mayPublish(client, topic)
                && !state.settings().isHandled(topic.value())
                && extensions.handler(topic, state.router()) == state.router();
    }

    private void whenConnected(Runnable action) {
        if (phase == Phase.CONNECTED) {
            action.run();
        } else {
            deferOrDrop(() -> {
                if (phase == Phase.CONNECTED) {
                    action.run();
                }
            });
        }
    }

    /** A client need not wait for CONNACK; what it sends meanwhile is dealt with after it. */
    private void deferOrDrop(Runnable action) {
        switch (phase) {
            case NEW ->
                throw new MqttProtocolException(
                        ReasonCode.PROTOCOL_ERROR, "CONNECT is not the first packet"); // [MQTT-3.1.0-1]
            case AUTHENTICATING -> {
                if (enhanced.isPresent()) {
                    throw new MqttProtocolException(
                            ReasonCode.PROTOCOL_ERROR, "neither AUTH nor DISCONNECT before CONNACK"); // [MQTT-3.1.2-30]
                }
                early = early.isEmpty() ? new ArrayList<>() : early;
                early.add(action);
            }
            case CONNECTED, ENDED -> {}
        }
    }

    /** Callable from any thread, once the session has the connection. */
    ClientRegistry.ConnectionView view() {
        return new ClientRegistry.ConnectionView(client, link.listener());
    }

    /** An operator ends the connection. Callable from any thread. */
    void dismiss() {
        link.eventLoop().execute(() -> {
            if (phase == Phase.CONNECTED) {
                end(Disconnect.of(ReasonCode.ADMINISTRATIVE_ACTION, "disconnected by an operator"));
            }
        });
    }

    Session session() {
        return session;
    }

    /** Sends the PUBREC of a QoS 2 message that another connection began. Callable from any thread. */
    void sendPubrecSoon(int packetId) {
        link.eventLoop().execute(() -> {
            if (phase == Phase.CONNECTED) {
                inbound.sendPubrec(packetId);
                link.flush();
            }
        });
    }
}
