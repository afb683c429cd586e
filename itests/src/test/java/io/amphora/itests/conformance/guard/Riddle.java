// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance.guard;

import io.amphora.mqtt.Connect;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.spi.EnhancedAuthenticator;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.osgi.service.component.annotations.Component;

/** The authentication method {@code riddle}: who is asked {@code who} has to answer {@code me}. Thread-safe. */
@Component
public final class Riddle implements EnhancedAuthenticator {

    @Override
    public String method() {
        return "riddle";
    }

    @Override
    public Dialogue begin(Connect packet, SocketAddress peer) {
        return data -> CompletableFuture.completedFuture(data.filter(ByteBuffer::hasRemaining)
                .map(Riddle::judge)
                .orElseGet(() -> new Step.Continue(bytes("who"))));
    }

    private static Step judge(ByteBuffer answer) {
        return answer.equals(bytes("me"))
                ? new Step.Success(Optional.empty(), Optional.of(bytes("ok")))
                : new Step.Refused(ReasonCode.NOT_AUTHORIZED);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
