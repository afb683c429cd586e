// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Auth;
import io.amphora.mqtt.Connect;
import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.Printable;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.spi.EnhancedAuthenticator;
import io.amphora.mqtt.spi.EnhancedAuthenticator.Step;
import io.amphora.mqtt.spi.Link;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dialogues of enhanced authentication on one connection (section 4.12): one at CONNECT, and one more whenever the
 * client asks for it. Confined to the link's event loop.
 */
final class EnhancedAuthentication {

    private static final Logger LOG = LoggerFactory.getLogger(EnhancedAuthentication.class);

    /** Where a dialogue leads. */
    interface Outcome {

        void authenticated(Step.Success success);

        void refused(ReasonCode code);
    }

    private final String method;
    private final EnhancedAuthenticator authenticator;
    private final Connect packet;
    private final Link link;
    private final Outcome outcome;
    private Optional<EnhancedAuthenticator.Dialogue> dialogue = Optional.empty();
    private boolean awaitsClient;

    /** @param packet the CONNECT, which names the method */
    EnhancedAuthentication(EnhancedAuthenticator authenticator, Connect packet, Link link, Outcome outcome) {
        this.method = packet.authenticationMethod().orElseThrow();
        this.authenticator = authenticator;
        this.packet = packet;
        this.link = link;
        this.outcome = outcome;
    }

    void begin(Optional<ByteBuffer> data) {
        dialogue = Optional.of(authenticator.begin(packet, link.peer()));
        next(data);
    }

    /** @param connected whether CONNACK has been sent, so that the client may begin again */
    void received(Auth auth, boolean connected) {
        if (!auth.method().equals(method)) {
            throw error("the authentication method changes"); // [MQTT-4.12.0-5] [MQTT-4.12.1-1]
        }
        if (auth.reasonCode() == ReasonCode.RE_AUTHENTICATE && connected && dialogue.isEmpty()) {
            begin(auth.data());
        } else if (auth.reasonCode() == ReasonCode.CONTINUE_AUTHENTICATION && awaitsClient) {
            next(auth.data());
        } else {
            throw error("AUTH out of turn");
        }
    }

    private void next(Optional<ByteBuffer> data) {
        awaitsClient = false;
        CompletableFuture<Step> step = dialogue.orElseThrow().next(data).toCompletableFuture();
        if (step.isDone()) {
            answer(step);
        } else {
            var unused = step.whenComplete((value, failure) -> link.eventLoop().execute(() -> {
                answer(step);
                link.flush();
            }));
        }
    }

    private void answer(CompletableFuture<Step> done) {
        Step step = fitting(result(done));
        if (step instanceof Step.Continue next) {
            awaitsClient = true;
            link.send(new Auth(
                    ReasonCode.CONTINUE_AUTHENTICATION,
                    method,
                    Optional.of(next.data()),
                    List.of())); // [MQTT-4.12.0-2]
            return;
        }
        dialogue = Optional.empty();
        if (step instanceof Step.Success success) {
            outcome.authenticated(success);
        } else if (step instanceof Step.Refused refused) {
            outcome.refused(refused.reasonCode());
        }
    }

    /** What the client takes no packet for is no way to go on [MQTT-3.1.2-24]. */
    private Step fitting(Step step) {
        Optional<ByteBuffer> data = Optional.empty();
        if (step instanceof Step.Continue next) {
            data = Optional.of(next.data());
        } else if (step instanceof Step.Success success) {
            data = success.data();
        }
        boolean fits =
                PacketSize.ofAuth(method, data) <= packet.maximumPacketSize().orElse(Long.MAX_VALUE);
        return fits ? step : new Step.Refused(ReasonCode.PACKET_TOO_LARGE);
    }

    private Step result(CompletableFuture<Step> done) {
        try {
            return done.join();
        } catch (RuntimeException e) {
            LOG.error("Authenticating {} by {} failed", new Printable(packet.clientId()), new Printable(method), e);
            return new Step.Refused(ReasonCode.SERVER_UNAVAILABLE);
        }
    }

    private static MqttProtocolException error(String message) {
        return new MqttProtocolException(ReasonCode.PROTOCOL_ERROR, message);
    }
}
