// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.InvalidFileMetaException;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** Stands for the spool in tests of exporters: makes requests whose files it wrote. Thread-safe. */
public final class SpoolFolder {

    private final Path folder;

    /** @param folder where the spooled files go */
    public SpoolFolder(Path folder) {
        this.folder = folder;
    }

    /** So many bytes that are the same for the same seed. */
    public static byte[] bytes(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** A request for a file called {@code file.bin}. */
    public ExportRequest request(TransferId id, byte[] content) throws IOException {
        return request(id, "{\"name\":\"file.bin\"}", content);
    }

    /** A request with the metadata that a client sent. */
    public ExportRequest request(TransferId id, String meta, byte[] content) throws IOException {
        return request(id, meta, content, content.length);
    }

    /** A request for the first bytes of what is in the spool. */
    public ExportRequest request(TransferId id, String meta, byte[] content, int size) throws IOException {
        Path path = Files.createTempFile(folder, "spooled", ".data");
        Files.write(path, content);
        Sha256 sha256 = Sha256.digestOf(ByteBuffer.wrap(Arrays.copyOf(content, size)));
        return new ExportRequest(id, parse(meta), new SpooledFile(path, size, sha256));
    }

    private static FileMeta parse(String meta) {
        try {
            return FileMeta.parse(meta.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidFileMetaException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
