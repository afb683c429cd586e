// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.s3.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A certificate of a server on the loopback address, signed by itself, made by the JDK's keytool. Immutable.
 *
 * @param keyStore the server's, PKCS 12
 * @param trustStore for those who are to trust it, PKCS 12
 */
public record ServerCertificate(Path keyStore, Path trustStore) {

    /** Of both stores. */
    public static final String PASSWORD = "test-password";

    /** Makes one in a directory. */
    public static ServerCertificate make(Path directory) throws IOException, InterruptedException {
        Path keys = directory.resolve("keys.p12");
        Path trusted = directory.resolve("trusted.p12");
        String exported = directory.resolve("server.crt").toString();
        keytool(
                List.of("-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=test"),
                List.of("-ext", "SAN=ip:127.0.0.1,dns:localhost"),
                store(keys));
        keytool(List.of("-exportcert", "-alias", "server", "-file", exported), List.of(), store(keys));
        keytool(List.of("-importcert", "-alias", "server", "-noprompt", "-file", exported), List.of(), store(trusted));
        return new ServerCertificate(keys, trusted);
    }

    private static List<String> store(Path file) {
        return List.of("-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", file.toString());
    }

    @SafeVarargs
    private static void keytool(List<String>... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        for (List<String> some : arguments) {
            builder.command().addAll(some);
        }
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("keytool: " + said);
        }
    }
}
