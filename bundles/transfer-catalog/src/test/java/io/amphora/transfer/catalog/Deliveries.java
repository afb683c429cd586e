// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.InvalidFileMetaException;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.Delivery;
import io.amphora.transfer.spi.ExportedFile;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Deliveries to test with. Thread-safe. */
final class Deliveries {

    static final Instant NOON = Instant.parse("2026-02-03T12:00:00.123Z");

    private Deliveries() {}

    /** A delivery with all there can be. */
    static Delivery of(String client, String file, Instant at) {
        return of(new TransferId(client, file), meta(file), at, "local", "archive");
    }

    static Delivery of(TransferId id, FileMeta meta, Instant at, String... exporters) {
        Sha256 sha256 = sha256(id + " " + at);
        List<ExportedFile> exports = Stream.of(exporters)
                .map(exporter ->
                        new ExportedFile(id, exporter, URI.create("file:///srv/%C3%BC/" + id.key()), 4_096, sha256))
                .toList();
        return new Delivery(id, meta, 4_096, sha256, at, exports);
    }

    static FileMeta meta(String name) {
        return json("{\"name\":\"" + name + "\",\"size\":4096,\"segments_ttl\":60,\"user_data\":{\"a\":[1.50,null]}}");
    }

    static FileMeta expiring(long second) {
        return json("{\"name\":\"log.txt\",\"expire_at\":" + second + "}");
    }

    static FileMeta json(String json) {
        try {
            return FileMeta.parse(json.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidFileMetaException e) {
            throw new AssertionError(json, e);
        }
    }

    static Sha256 sha256(String text) {
        return Sha256.digestOf(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
