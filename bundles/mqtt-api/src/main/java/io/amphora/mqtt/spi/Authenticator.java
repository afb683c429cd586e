// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.spi;

import io.amphora.mqtt.Connect;
import io.amphora.mqtt.ReasonCode;
import java.net.SocketAddress;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** Decides who may connect. Every registered one has to agree; none registered: all may. Thread-safe. */
@ConsumerType
public interface Authenticator {

    /**
     * Called on an event loop: no blocking.
     *
     * @return {@link ReasonCode#SUCCESS} or why not; an exceptional completion refuses with 0x88
     */
    CompletionStage<ReasonCode> authenticate(Connect packet, SocketAddress peer);
}
