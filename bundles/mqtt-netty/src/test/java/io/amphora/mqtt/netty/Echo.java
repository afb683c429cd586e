// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.Connect;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.spi.EnhancedAuthenticator;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The method "echo" asks "who", and the answer has to be "me". Thread-safe. */
final class Echo implements EnhancedAuthenticator {

    @Override
    public String method() {
        return "echo";
    }

    @Override
    public Dialogue begin(Connect packet, SocketAddress peer) {
        return data -> CompletableFuture.completedFuture(data.filter(ByteBuffer::hasRemaining)
                .map(Echo::judge)
                .orElseGet(() -> new Step.Continue(bytes("who"))));
    }

    private static Step judge(ByteBuffer answer) {
        return answer.equals(bytes("me"))
                ? new Step.Success(Optional.of("me"), Optional.of(bytes("ok")))
                : new Step.Refused(ReasonCode.NOT_AUTHORIZED);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
