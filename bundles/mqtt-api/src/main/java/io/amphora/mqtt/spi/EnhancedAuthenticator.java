// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.spi;

import io.amphora.mqtt.Connect;
import io.amphora.mqtt.ReasonCode;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Authenticates clients that name its method in CONNECT, by a dialogue of AUTH packets (section 4.12). Its verdict stands
 * in place of every {@link Authenticator}'s, which judge only clients without a method. Of several for one method the
 * one with the highest service ranking counts. Thread-safe.
 */
@ConsumerType
public interface EnhancedAuthenticator {

    /** The method, as it stands in CONNECT, such as {@code SCRAM-SHA-256}. */
    String method();

    /**
     * Begins a dialogue, at CONNECT and again whenever the client wants to be authenticated anew. Called on an event loop:
     * no blocking.
     *
     * @param packet the CONNECT of the connection
     */
    Dialogue begin(Connect packet, SocketAddress peer);

    /** One dialogue; its methods are called one after the other. */
    interface Dialogue {

        /**
         * What the client sends is answered. Called on an event loop: no blocking.
         *
         * @param data of CONNECT or AUTH, if it carries any
         * @return an exceptional completion refuses with 0x88
         */
        CompletionStage<Step> next(Optional<ByteBuffer> data);
    }

    /** The answer to what a client sent. */
    sealed interface Step {

        /** The client is to go on. */
        record Continue(ByteBuffer data) implements Step {}

        /**
         * The client is who it says.
         *
         * @param username who that is, if it is not what CONNECT says
         * @param data for the client to check the broker by
         */
        record Success(Optional<String> username, Optional<ByteBuffer> data) implements Step {}

        /**
         * The client is refused.
         *
         * @param reasonCode 0x80 or above
         */
        record Refused(ReasonCode reasonCode) implements Step {}
    }
}
