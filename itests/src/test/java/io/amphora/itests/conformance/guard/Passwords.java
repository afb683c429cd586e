// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance.guard;

import io.amphora.mqtt.Connect;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.spi.Authenticator;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Component;

/** Lets in whose password is {@code open}; whoever calls himself {@code trouble} cannot be looked up. Thread-safe. */
@Component
public final class Passwords implements Authenticator {

    @Override
    public CompletionStage<ReasonCode> authenticate(Connect packet, SocketAddress peer) {
        if (packet.username().filter("trouble"::equals).isPresent()) {
            return CompletableFuture.failedFuture(new IllegalStateException("nobody can be asked"));
        }
        ByteBuffer expected = ByteBuffer.wrap("open".getBytes(StandardCharsets.UTF_8));
        return CompletableFuture.completedFuture(
                packet.password().filter(expected::equals).isPresent()
                        ? ReasonCode.SUCCESS
                        : ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }
}
