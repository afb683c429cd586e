// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One command of file transfer as it goes into a PUBLISH. Confined to one thread, as its payload is. */
record Command(Kind kind, String topic, ByteBuffer payload) {

    /** What the command does. */
    enum Kind {
        INIT,
        SEGMENT,
        FIN
    }

    static Command init(int file, String json) {
        return new Command(Kind.INIT, topic(file, "init"), StandardCharsets.UTF_8.encode(json));
    }

    static Command segment(int file, String offsetAndChecksum, ByteBuffer bytes) {
        return new Command(Kind.SEGMENT, topic(file, offsetAndChecksum), bytes);
    }

    static Command fin(int file, String sizeAndChecksum) {
        return new Command(Kind.FIN, topic(file, "fin/" + sizeAndChecksum), ByteBuffer.allocate(0));
    }

    private static String topic(int file, String rest) {
        return "$file/f" + file + "/" + rest;
    }
}
