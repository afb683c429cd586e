// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How to reach the service. Immutable.
 *
 * @param endpoint empty for Amazon's own
 * @param verified whether checksums go along
 * @param chunked whether bodies may be sent as aws-chunked
 */
record Connecting(
        Optional<URI> endpoint,
        String region,
        boolean pathStyle,
        Credentials credentials,
        boolean verified,
        boolean chunked,
        Map<String, String> headers,
        int poolSize,
        Timeouts timeouts,
        int retries,
        Optional<Proxy> proxy,
        Optional<TrustStore> trustStore) {

    record Timeouts(Duration connect, Duration idle, Duration attempt, Duration request) {}

    record Proxy(URI uri, String user, Secret password) {}

    record TrustStore(Path file, Secret password) {}

    static Connecting of(S3Config config) {
        return new Connecting(
                endpoint(config.host(), config.port(), config.ssl()),
                S3Settings.required("region", config.region()),
                pathStyle(config.access__method()),
                Credentials.of(config),
                ObjectOptions.of(config).verified(),
                config.chunked__encoding(),
                headers(config.headers()),
                S3Settings.between("pool_size", config.pool__size(), 1, 1_024),
                new Timeouts(
                        seconds("connect_timeout", config.connect__timeout()),
                        seconds("idle_timeout", config.idle__timeout()),
                        seconds("attempt_timeout", config.attempt__timeout()),
                        seconds("request_timeout", config.request__timeout())),
                S3Settings.between("max_retries", config.max__retries(), 0, 100),
                proxy(config),
                given(config.trust__store())
                        .map(file -> new TrustStore(Path.of(file), new Secret(config.trust__store__password()))));
    }

    private static Duration seconds(String key, int value) {
        return S3Settings.seconds(key, value, 1, Integer.MAX_VALUE);
    }

    private static Optional<String> given(String value) {
        return Optional.of(value).filter(given -> !given.isBlank());
    }

    private static Optional<URI> endpoint(String host, int port, boolean ssl) {
        S3Settings.between("port", port, 0, 65_535);
        return given(host)
                .map(name -> uri("host", (ssl ? "https://" : "http://") + name + (port == 0 ? "" : ":" + port)));
    }

    private static URI uri(String key, String text) {
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null && uri.getPath().isEmpty()) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
        throw new IllegalArgumentException(key + ": " + text + " does not name a host");
    }

    private static boolean pathStyle(String method) {
        return switch (method) {
            case "path" -> true;
            case "vhost" -> false;
            default -> throw new IllegalArgumentException("access_method: " + method + " is neither path nor vhost");
        };
    }

    private static Map<String, String> headers(String text) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header : text.isBlank() ? new String[0] : text.split("\\|", -1)) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("headers: not NAME: VALUE: " + header.strip());
            }
            headers.put(
                    header.substring(0, colon).strip(),
                    header.substring(colon + 1).strip());
        }
        return headers;
    }

    private static Optional<Proxy> proxy(S3Config config) {
        return given(config.proxy())
                .map(text ->
                        new Proxy(uri("proxy", text), config.proxy__username(), new Secret(config.proxy__password())));
    }

    /** For people. */
    String where() {
        return endpoint.map(URI::toString).orElse("Amazon S3 in " + region);
    }
}
