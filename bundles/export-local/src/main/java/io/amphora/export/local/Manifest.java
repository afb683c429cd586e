// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.amphora.transfer.spi.ExportRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What stands beside a delivered file: whose it is, what was delivered and when, and under {@code metadata} what the
 * client said of it.
 */
final class Manifest {

    /** Ends the name of a manifest; the rest is the name of its file. */
    static final String SUFFIX = ".MANIFEST.json";

    private static final JsonFactory JSON = new JsonFactory();

    private Manifest() {}

    static byte[] of(ExportRequest request, Instant deliveredAt) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(text, JsonEncoding.UTF8)) {
            json.writeStartObject();
            json.writeStringField("client_id", request.id().clientId());
            json.writeStringField("file_id", request.id().fileId());
            json.writeStringField("name", request.meta().name().value());
            json.writeNumberField("size", request.file().size());
            json.writeStringField("sha256", request.file().sha256().hex());
            json.writeStringField(
                    "delivered_at", deliveredAt.truncatedTo(ChronoUnit.MILLIS).toString());
            json.writeFieldName("metadata");
            json.writeRawValue(request.meta().toJson());
            json.writeEndObject();
            json.writeRaw('\n');
        }
        return text.toByteArray();
    }
}
