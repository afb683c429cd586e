// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Whatever a client sends as metadata is refused with a reason, or means the same after it was written and read. */
public final class FileMetaFuzz {

    private FileMetaFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] json) {
        FileMeta meta;
        try {
            meta = FileMeta.parse(json);
        } catch (InvalidFileMetaException e) {
            require(!e.getMessage().isBlank() && !e.getMessage().contains("\n"), "a reason of one line");
            return;
        }
        byte[] written = meta.toJson().getBytes(UTF_8);
        require(written.length <= FileMeta.MAX_JSON_BYTES, "what is written can be read");
        try {
            require(FileMeta.parse(written).equals(meta), "it means the same");
        } catch (InvalidFileMetaException e) {
            throw new IllegalStateException(meta.toJson(), e);
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("not so: " + what);
        }
    }
}
