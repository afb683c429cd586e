// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ClientInfo;
import io.amphora.mqtt.Connect;
import io.amphora.mqtt.Printable;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.Authenticator;
import io.amphora.mqtt.spi.Authorizer;
import io.amphora.mqtt.spi.EnhancedAuthenticator;
import io.amphora.mqtt.spi.PublishHandler;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The services that take part in the broker's decisions; they come and go at any time. Thread-safe. */
final class Extensions {

    private static final Logger LOG = LoggerFactory.getLogger(Extensions.class);
    private static final CompletionStage<ReasonCode> AGREED = CompletableFuture.completedFuture(ReasonCode.SUCCESS);

    private final Ranked<PublishHandler> handlers = new Ranked<>();
    private final Ranked<Authenticator> authenticators = new Ranked<>();
    private final Ranked<EnhancedAuthenticator> enhanced = new Ranked<>();
    private final Ranked<Authorizer> authorizers = new Ranked<>();

    Ranked<PublishHandler> handlers() {
        return handlers;
    }

    Ranked<Authenticator> authenticators() {
        return authenticators;
    }

    Ranked<EnhancedAuthenticator> enhanced() {
        return enhanced;
    }

    /** Whether anybody is asked who a client is. */
    boolean authenticate() {
        return !authenticators.all().isEmpty() || !enhanced.all().isEmpty();
    }

    /** The authenticator for a method that a client names. */
    Optional<EnhancedAuthenticator> enhanced(String method) {
        return enhanced.all().stream()
                .filter(each -> each.method().equals(method))
                .findFirst();
    }

    Ranked<Authorizer> authorizers() {
        return authorizers;
    }

    /** The handler that takes a topic's messages. */
    PublishHandler handler(TopicName topic, PublishHandler otherwise) {
        for (PublishHandler handler : handlers.all()) {
            if (handler.accepts(topic)) {
                return handler;
            }
        }
        return otherwise;
    }

    boolean refuse(TopicFilter filter) {
        for (PublishHandler handler : handlers.all()) {
            if (handler.refuses(filter)) {
                return true;
            }
        }
        return false;
    }

    /** Asks all authenticators, until one refuses; never completes exceptionally. */
    CompletionStage<ReasonCode> authenticate(Connect packet, SocketAddress peer) {
        if (authenticators.all().isEmpty() && !enhanced.all().isEmpty()) {
            return verdictOf(ReasonCode.NOT_AUTHORIZED); // only clients that name a method can be known
        }
        CompletionStage<ReasonCode> verdict = AGREED;
        for (Authenticator authenticator : authenticators.all()) {
            verdict = verdict.thenCompose(
                    code -> code.isError() ? verdictOf(code) : authenticator.authenticate(packet, peer));
        }
        return verdict.exceptionally(failure -> {
            LOG.error("Authenticating {} failed", new Printable(packet.clientId()), failure);
            return ReasonCode.SERVER_UNAVAILABLE;
        });
    }

    /** What is below {@code $SYS} is the broker's alone to publish. */
    boolean mayPublish(ClientInfo client, TopicName topic) {
        if (isSys(topic.value())) {
            return false;
        }
        for (Authorizer authorizer : authorizers.all()) {
            Authorizer.Decision decision = authorizer.mayPublish(client, topic);
            if (decision != Authorizer.Decision.ABSTAIN) {
                return decision == Authorizer.Decision.ALLOW;
            }
        }
        return true;
    }

    /** Where no authorizer decides, {@code $SYS} is the administrators' as soon as it is known who a client is. */
    boolean maySubscribe(ClientInfo client, TopicFilter filter, Set<String> administrators) {
        for (Authorizer authorizer : authorizers.all()) {
            Authorizer.Decision decision = authorizer.maySubscribe(client, filter);
            if (decision != Authorizer.Decision.ABSTAIN) {
                return decision == Authorizer.Decision.ALLOW;
            }
        }
        return !isSys(filter.pattern())
                || !authenticate()
                || client.username().filter(administrators::contains).isPresent();
    }

    private static boolean isSys(String topicOrFilter) {
        return topicOrFilter.startsWith("$SYS") && (topicOrFilter.length() == 4 || topicOrFilter.charAt(4) == '/');
    }

    private static CompletionStage<ReasonCode> verdictOf(ReasonCode code) {
        return CompletableFuture.completedFuture(code);
    }
}
