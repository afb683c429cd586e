// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.netty.handler.ssl.ClientAuth;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the identity of a listener with TLS stands, and what clients have to show. Immutable.
 *
 * @param certificate PEM, the server's certificate first, then what leads to its root
 * @param key PEM, without password
 * @param clientAuth whether clients are asked for a certificate, and may do without
 * @param trust PEM, the certificates that those of clients have to lead to, if clients are asked
 */
record TlsFiles(Path certificate, Path key, ClientAuth clientAuth, Optional<Path> trust) {

    TlsFiles {
        if ((clientAuth == ClientAuth.NONE) != trust.isEmpty()) {
            throw new IllegalArgumentException(
                    "tls_client_auth = optional or required and tls_client_trust go together");
        }
    }

    /** Clients show no certificate. */
    TlsFiles(Path certificate, Path key) {
        this(certificate, key, ClientAuth.NONE, Optional.empty());
    }

    /**
     * Reads settings, of which empty ones are not set.
     *
     * @throws IllegalArgumentException naming the setting, if one is wrong or another is missing
     */
    static Optional<TlsFiles> of(String certificate, String key, String clientAuth, String trust) {
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new IllegalArgumentException("tls_certificate and tls_key go together");
        }
        ClientAuth asked = clientAuth(clientAuth);
        if (certificate.isEmpty() && (asked != ClientAuth.NONE || !trust.isEmpty())) {
            throw new IllegalArgumentException("tls_client_auth and tls_client_trust need tls_certificate");
        }
        return certificate.isEmpty()
                ? Optional.empty()
                : Optional.of(new TlsFiles(
                        Path.of(certificate),
                        Path.of(key),
                        asked,
                        Optional.of(trust).filter(file -> !file.isEmpty()).map(Path::of)));
    }

    private static ClientAuth clientAuth(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "none" -> ClientAuth.NONE;
            case "optional" -> ClientAuth.OPTIONAL;
            case "required" -> ClientAuth.REQUIRE;
            default ->
                throw new IllegalArgumentException(
                        "tls_client_auth = " + word + " is neither none, optional nor required");
        };
    }

    List<Path> all() {
        return Stream.concat(Stream.of(certificate, key), trust.stream()).toList();
    }
}
