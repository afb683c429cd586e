// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Names one upload. Neither part is safe as a file name: they hold whatever a client put there.
 *
 * @param clientId the MQTT client identifier, 1 to 65,535 bytes of UTF-8
 * @param fileId the client's own name for the file, one level of a topic, 1 to 65,535 bytes of UTF-8
 */
public record TransferId(String clientId, String fileId) {

    /** @throws IllegalArgumentException if a part is empty */
    public TransferId {
        if (clientId.isEmpty() || fileId.isEmpty()) {
            throw new IllegalArgumentException("empty client id or file id");
        }
    }

    /** SHA-256 over both parts, each preceded by its length, so that no two transfers share it: a name safe anywhere. */
    public Sha256 key() {
        byte[] client = clientId.getBytes(StandardCharsets.UTF_8);
        byte[] file = fileId.getBytes(StandardCharsets.UTF_8);
        ByteBuffer parts = ByteBuffer.allocate(2 * Integer.BYTES + client.length + file.length);
        parts.putInt(client.length).put(client).putInt(file.length).put(file).flip();
        return Sha256.digestOf(parts);
    }

    /** For log lines: not to be taken apart again. */
    @Override
    public String toString() {
        return Printable.of(clientId) + "/" + Printable.of(fileId);
    }
}
