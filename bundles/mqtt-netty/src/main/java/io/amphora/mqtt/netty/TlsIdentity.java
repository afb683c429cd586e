// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate and key that a listener shows, and what it trusts, read anew when files have changed. Thread-safe. */
final class TlsIdentity {

    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", Pattern.DOTALL);

    private static final Logger LOG = LoggerFactory.getLogger(TlsIdentity.class);

    private final TlsFiles files;
    private volatile SslContext context;
    private List<FileTime> times;

    /** @throws IOException if the files cannot be read, or hold no certificate chain and its key; it names the settings */
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
        List<FileTime> all = new ArrayList<>();
        for (Path file : files.all()) {
            all.add(Files.getLastModifiedTime(file));
        }
        return all;
    }

    private SslContext read() throws IOException {
        PrivateKey key = key();
        CertificateChain chain = new CertificateChain(certificates("tls_certificate", files.certificate()));
        if (!chain.belongsTo(key)) {
            throw new IOException("tls_certificate = " + files.certificate() + " and tls_key = " + files.key()
                    + " do not match: the key is not that of the certificate");
        }
        chain.doubts(Instant.now())
                .forEach(doubt -> LOG.warn(
                        "Clients may refuse the certificate tls_certificate = {}: {}", files.certificate(), doubt));
        SslContextBuilder builder = SslContextBuilder.forServer(key, chain.certificates())
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .clientAuth(files.clientAuth());
        if (files.trust().isPresent()) {
            builder.trustManager(certificates("tls_client_trust", files.trust().get()));
        }
        try {
            return builder.build();
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException(
                    "tls_certificate = " + files.certificate() + " and tls_key = " + files.key() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private PrivateKey key() throws IOException {
        try {
            return PemKey.of(Files.readString(files.key()));
        } catch (IOException e) {
            throw new IOException("tls_key = " + files.key() + ": " + e.getMessage(), e);
        }
    }

    private static X509Certificate[] certificates(String setting, Path file) throws IOException {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509Certificate> all = new ArrayList<>();
            Matcher block = CERTIFICATE.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            while (block.find()) { // a key may stand in the same file
                InputStream in = new ByteArrayInputStream(block.group().getBytes(StandardCharsets.ISO_8859_1));
                all.add((X509Certificate) factory.generateCertificate(in));
            }
            if (all.isEmpty()) {
                throw new IOException("there is no certificate in it");
            }
            return all.toArray(X509Certificate[]::new);
        } catch (IOException | CertificateException e) {
            throw new IOException(setting + " = " + file + ": " + e.getMessage(), e);
        }
    }
}
