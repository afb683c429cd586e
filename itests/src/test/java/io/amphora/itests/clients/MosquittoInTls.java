// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.clients;

import static org.junit.Assert.assertNotEquals;
import static org.junit.Assume.assumeTrue;

import io.amphora.itests.FreePort;
import io.amphora.itests.RunningAmphora;
import io.amphora.itests.Waiting;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** mosquitto_pub in TLS, with keys and certificates as OpenSSL writes them. */
public final class MosquittoInTls {

    @ClassRule
    public static final TemporaryFolder FOLDER = new TemporaryFolder();

    @BeforeClass
    public static void makeKeys() throws Exception {
        assumeTrue(Tool.isThere("openssl") && Tool.isThere("mosquitto_pub"));
        openssl("genpkey -algorithm RSA -out ca.key");
        openssl("req -x509 -new -key ca.key -out ca.pem -subj /CN=ca -days 2");
        openssl("genpkey -algorithm RSA -out pkcs8.key");
        openssl("rsa -in pkcs8.key -traditional -out pkcs1.key");
        openssl("ecparam -name prime256v1 -genkey -noout -out sec1.key");
        openssl("pkey -in pkcs8.key -aes256 -passout pass:secret -out locked.key");
        openssl("genpkey -algorithm ED25519 -out client.key");
        certify("pkcs8", "127.0.0.1", "ca");
        certify("sec1", "127.0.0.1", "ca");
        certify("client", "client", "ca");
        openssl("genpkey -algorithm RSA -out other.key");
        openssl("req -x509 -new -key other.key -out other.pem -subj /CN=other -days 2");
        openssl("genpkey -algorithm RSA -out stranger.key");
        certify("stranger", "client", "other");
    }

    @Test
    public void aListenerTakesKeysInAllForms() throws Exception {
        publish(listener("pkcs8", "pkcs8", ""));
        publish(listener("pkcs8", "pkcs1", ""));
        publish(listener("sec1", "sec1", ""));
    }

    @Test
    public void aKeyWithAPasswordIsRefusedWithTheReason() throws Exception {
        configure("locked", FreePort.next(), "pkcs8", "locked", "");
        Path log = ClientsIT.amphora().log();
        Waiting.until("the log says why", () -> Files.readString(log).contains("locked.key: the key has a password"));
    }

    @Test
    public void whereACertificateIsRequiredNobodyConnectsWithout() throws Exception {
        int port = listener("pkcs8", "pkcs8", asking("required"));
        publish(port, "--cert", path("client.pem"), "--key", path("client.key"));
        assertRefused(port);
        assertRefused(port, "--cert", path("stranger.pem"), "--key", path("stranger.key"));
        publish(port, "--cert", path("client.pem"), "--key", path("client.key"));
    }

    @Test
    public void whereOneIsOptionalOnlyAWrongOneIsRefused() throws Exception {
        int port = listener("pkcs8", "pkcs8", asking("optional"));
        publish(port, "--cert", path("client.pem"), "--key", path("client.key"));
        publish(port);
        assertRefused(port, "--cert", path("stranger.pem"), "--key", path("stranger.key"));
    }

    private static String asking(String how) {
        return "tls_client_auth = " + how + "\ntls_client_trust = " + path("ca.pem") + "\n";
    }

    private static int listener(String certificate, String key, String more) throws Exception {
        int port = FreePort.next();
        configure("tls" + port, port, certificate, key, more);
        Waiting.until("port " + port + " is open", () -> isOpen(port));
        return port;
    }

    private static void configure(String name, int port, String certificate, String key, String more)
            throws IOException {
        RunningAmphora amphora = ClientsIT.amphora();
        String settings = "host = " + amphora.host() + "\nport = " + port + "\ntls_certificate = "
                + path(certificate + ".pem") + "\ntls_key = " + path(key + ".key") + "\n" + more;
        Files.writeString(amphora.data().resolve("etc/io.amphora.mqtt.listener-" + name + ".cfg"), settings);
    }

    private static void publish(int port, String... more) throws Exception {
        Tool.run(FOLDER.getRoot().toPath(), mosquitto(port, more));
    }

    private static void assertRefused(int port, String... more) throws Exception {
        File said = FOLDER.newFile();
        Process process = new ProcessBuilder(mosquitto(port, more))
                .redirectErrorStream(true)
                .redirectOutput(said)
                .start();
        boolean ended = process.waitFor(30, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertNotEquals(Files.readString(said.toPath()), 0, ended ? process.exitValue() : -1);
    }

    private static List<String> mosquitto(int port, String... more) {
        List<String> command = new ArrayList<>(
                List.of("mosquitto_pub", "-h", ClientsIT.amphora().host()));
        command.addAll(List.of("-p", Integer.toString(port), "--cafile", path("ca.pem")));
        command.addAll(List.of("-V", "mqttv5", "-q", "1", "-t", "tls", "-m", "safe"));
        command.addAll(Arrays.asList(more));
        return command;
    }

    /** A certificate for a key, issued by another. */
    private static void certify(String name, String subject, String issuer) throws Exception {
        Files.writeString(FOLDER.getRoot().toPath().resolve("san"), "subjectAltName = IP:127.0.0.1\n");
        openssl("req -new -key " + name + ".key -subj /CN=" + subject + " -out " + name + ".csr");
        openssl("x509 -req -in " + name + ".csr -CA " + issuer + ".pem -CAkey " + issuer
                + ".key -CAcreateserial -days 2" + " -extfile san -out " + name + ".pem");
    }

    private static void openssl(String arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments.split(" ")));
        Tool.run(FOLDER.getRoot().toPath(), command);
    }

    private static String path(String name) {
        return FOLDER.getRoot().toPath().resolve(name).toString();
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
