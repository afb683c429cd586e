// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** What the SDK needs to speak to one service, and has to be closed. Thread-safe. */
final class S3Clients implements AutoCloseable {

    /** Connections beyond those for requests: each open stream of a delivered file has one. */
    private static final int STREAMS = 64;

    private final Connecting connecting;
    private final AwsCredentialsProvider credentials;
    private final SdkHttpClient http;
    private final S3Client s3;
    private final S3Presigner presigner;

    private S3Clients(Connecting connecting) {
        this.connecting = connecting;
        this.credentials = connecting.credentials().provider();
        this.http = http(connecting);
        this.s3 = newClient();
        this.presigner = newPresigner();
    }

    /** Opens no connection yet. */
    static S3Clients open(Connecting connecting) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(S3Clients.class.getClassLoader()); // where the SDK looks for its own parts
        try {
            return new S3Clients(connecting);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    S3Client s3() {
        return s3;
    }

    S3Presigner presigner() {
        return presigner;
    }

    private S3Client newClient() {
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(connecting.region()))
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(connecting.pathStyle())
                        .chunkedEncodingEnabled(connecting.chunked())
                        .build())
                .credentialsProvider(credentials)
                .httpClient(http)
                .requestChecksumCalculation(
                        connecting.verified() && connecting.chunked() // checksums of streams trail in a chunk
                                ? RequestChecksumCalculation.WHEN_SUPPORTED
                                : RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(
                        connecting.verified()
                                ? ResponseChecksumValidation.WHEN_SUPPORTED
                                : ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(overrides());
        connecting.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    private ClientOverrideConfiguration overrides() {
        ClientOverrideConfiguration.Builder overrides = ClientOverrideConfiguration.builder()
                .apiCallAttemptTimeout(connecting.timeouts().attempt())
                .apiCallTimeout(connecting.timeouts().request())
                .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(connecting.retries() + 1)
                        .build())
                .defaultProfileFile(ProfileFile.aggregator().build()); // settings come from one place
        connecting.headers().forEach(overrides::putHeader);
        return overrides.build();
    }

    private S3Presigner newPresigner() {
        S3Presigner.Builder builder = S3Presigner.builder()
                .region(Region.of(connecting.region()))
                .credentialsProvider(credentials)
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(connecting.pathStyle())
                        .build());
        connecting.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    private static SdkHttpClient http(Connecting connecting) {
        Apache5HttpClient.Builder builder = Apache5HttpClient.builder()
                .maxConnections(connecting.poolSize() + STREAMS)
                .connectionTimeout(connecting.timeouts().connect())
                .connectionAcquisitionTimeout(connecting.timeouts().connect())
                .socketTimeout(connecting.timeouts().idle())
                .connectionMaxIdleTime(Duration.ofSeconds(20))
                .proxyConfiguration(proxy(connecting));
        connecting.trustStore().ifPresent(store -> {
            TrustManager[] trusted = trustManagers(store);
            builder.tlsTrustManagersProvider(() -> trusted);
        });
        return builder.build();
    }

    private static ProxyConfiguration proxy(Connecting connecting) {
        ProxyConfiguration.Builder builder =
                ProxyConfiguration.builder().useSystemPropertyValues(false).useEnvironmentVariableValues(false);
        connecting.proxy().ifPresent(proxy -> {
            builder.endpoint(proxy.uri());
            if (!proxy.user().isBlank()) {
                builder.username(proxy.user())
                        .password(proxy.password().value())
                        .preemptiveBasicAuthenticationEnabled(true); // asked for it, the SDK fails
            }
        });
        return builder.build();
    }

    private static TrustManager[] trustManagers(Connecting.TrustStore store) {
        try (InputStream in = Files.newInputStream(store.file())) {
            KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType()); // reads both formats
            keys.load(in, store.password().value().toCharArray());
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(keys);
            return factory.getTrustManagers();
        } catch (IOException e) {
            throw new UncheckedIOException("trust_store: cannot read " + store.file() + ": " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("trust_store: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        presigner.close();
        s3.close();
        http.close(); // which the client leaves open, since it was given it
        if (credentials instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
    }
}
