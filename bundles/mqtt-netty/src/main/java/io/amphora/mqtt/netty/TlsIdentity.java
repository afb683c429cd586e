// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate and key that a listener shows, read anew when their files have changed. Thread-safe. */
final class TlsIdentity {

    private static final Logger LOG = LoggerFactory.getLogger(TlsIdentity.class);

    private final TlsFiles files;
    private volatile SslContext context;
    private List<FileTime> times;

    /** @throws IOException if the files cannot be read, or hold no certificate chain and its key */
    TlsIdentity(TlsFiles files) throws IOException {
        this.files = files;
        times = times();
        context = read();
    }

    SslHandler newHandler(ByteBufAllocator allocator) {
        return context.newHandler(allocator);
    }

    /** Reads changed files; what cannot be read leaves the old identity in place. Blocks: not for an event loop. */
    synchronized void refresh() {
        try {
            List<FileTime> now = times();
            if (!now.equals(times)) {
                times = now;
                context = read();
                LOG.info("Read the certificate {} again", files.certificate());
            }
        } catch (IOException e) {
            LOG.warn("Kept the certificate that was read before: {}", e.getMessage());
        }
    }

    private List<FileTime> times() throws IOException {
        return List.of(time(files.certificate()), time(files.key()));
    }

    private static FileTime time(Path file) throws IOException {
        return Files.getLastModifiedTime(file);
    }

    private SslContext read() throws IOException {
        try {
            return SslContextBuilder.forServer(
                            files.certificate().toFile(), files.key().toFile())
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException(
                    "tls_certificate = " + files.certificate() + " and tls_key = " + files.key() + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
