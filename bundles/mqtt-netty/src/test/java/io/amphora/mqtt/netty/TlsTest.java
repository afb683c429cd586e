// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static io.amphora.mqtt.netty.RawClient.packet;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.ExternalResource;
import org.junit.rules.RuleChain;
import org.junit.rules.TemporaryFolder;
import org.junit.rules.Timeout;

/** MQTT in TLS. */
public final class TlsTest {

    private static final String UPGRADE = String.join(
            "\r\n",
            "GET /mqtt HTTP/1.1",
            "Host: x",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Protocol: mqtt",
            "",
            "");

    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final TemporaryFolder FOLDER = new TemporaryFolder();
    private static RunningListener listener;

    @ClassRule
    public static final RuleChain RUNNING = RuleChain.outerRule(FOLDER).around(new ExternalResource() {
        @Override
        protected void before() throws Exception {
            listener = RunningListener.withTls(files());
            write(1);
            listener.before();
        }

        @Override
        protected void after() {
            listener.after();
        }
    });

    @Rule
    public final Timeout timeout = Timeout.seconds(60);

    @Test
    public void whoSpeaksNoTlsIsToldToTheOperator() throws Exception {
        try (RawClient client = new RawClient(listener.address())) {
            client.send(RawClient.connect5("plain", "02", ""));
            client.readToEnd();
        }
        String line = listener.refusal();
        while (!line.endsWith("(TLS)")) {
            line = listener.refusal();
        }
        assertTrue(line, line.startsWith("Refused a connection from 127.0.0.1:"));
        assertTrue(line, line.contains("TLS failed: "));
    }

    @Test
    public void packetsTravelInside() throws Exception {
        try (SSLSocket socket = connect()) {
            socket.getOutputStream().write(RawClient.bytes(RawClient.connect5("tls", "02", "") + packet("c0", "")));
            InputStream in = socket.getInputStream();
            assertEquals(0x20, in.read());
            in.readNBytes(in.read());
            assertArrayEquals(new byte[] {(byte) 0xD0, 0}, in.readNBytes(2));
        }
    }

    @Test
    public void proxyHeaderTlsAndWebSocketComeInThisOrder() throws Exception {
        RunningListener all = RunningListener.withAll(files());
        all.before();
        try (Socket plain = new Socket(all.address().getAddress(), all.address().getPort())) {
            plain.getOutputStream().write(ascii("PROXY TCP4 192.0.2.7 127.0.0.1 5555 8883\r\n"));
            SSLSocket socket = (SSLSocket) trusting().createSocket(plain, "localhost", plain.getPort(), true);
            socket.startHandshake();
            socket.getOutputStream().write(ascii(UPGRADE));
            String answer = "";
            while (!answer.endsWith("\r\n\r\n")) {
                answer += (char) socket.getInputStream().read();
            }
            assertTrue(answer, answer.startsWith("HTTP/1.1 101"));
            byte[] connect = RawClient.bytes(RawClient.connect5("all", "02", ""));
            String length = HexFormat.of().toHexDigits((byte) (connect.length | 0x80));
            socket.getOutputStream().write(RawClient.bytes("82" + length + "00000000")); // a mask of zeroes
            socket.getOutputStream().write(connect);
            assertEquals(0x82, socket.getInputStream().read());
            socket.getInputStream().read();
            assertEquals(0x20, socket.getInputStream().read());
        } finally {
            all.after();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    public void plainMqttEndsTheConnection() throws Exception {
        try (RawClient client = new RawClient(listener.address())) {
            client.send(RawClient.connect5("plain", "02", ""));
            client.expectEnd();
        }
    }

    @Test
    public void aCertificateThatChangesIsShownToTheNextClient() throws Exception {
        write(2);
        while (!shown().equals("CN=2")) {
            LockSupport.parkNanos(20_000_000);
        }
        Files.writeString(files().certificate(), "half a certif");
        Files.writeString(files().key(), "nothing");
        assertEquals("CN=2", shown());
        write(3);
        while (!shown().equals("CN=3")) {
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Test
    public void whatIsNoCertificateIsToldAtTheStart() throws Exception {
        Path missing = FOLDER.getRoot().toPath().resolve("missing.pem");
        IOException e = assertThrows(IOException.class, () -> new TlsIdentity(new TlsFiles(missing, missing)));
        assertEquals(missing.toString(), e.getMessage());
    }

    @Test
    public void aKeyOfAnotherCertificateIsRefusedAtTheStartNamingBoth() throws Exception {
        write(4, "EC");
        for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
            Path key = FOLDER.newFile().toPath();
            Files.writeString(
                    key,
                    pem(
                            "PRIVATE KEY",
                            identity(5, algorithm).getKey("a", PASSWORD).getEncoded()));
            TlsFiles mixed = new TlsFiles(files().certificate(), key);
            String refusal = assertThrows(IOException.class, () -> new TlsIdentity(mixed))
                    .getMessage();
            assertTrue(refusal, refusal.contains("tls_certificate = " + mixed.certificate()));
            assertTrue(refusal, refusal.contains("tls_key = " + key + " do not match"));
        }
    }

    @Test
    public void aKeyOfEachAlgorithmMatchesItsCertificate() throws Exception {
        for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
            KeyStore keys = identity(6, algorithm);
            var chain = new CertificateChain(new X509Certificate[] {(X509Certificate) keys.getCertificate("a")});
            assertTrue(algorithm, chain.belongsTo((PrivateKey) keys.getKey("a", PASSWORD)));
        }
    }

    @Test
    public void aKeyThatIsRenewedBeforeItsCertificateChangesNothing() throws Exception {
        write(7, "EC");
        TlsIdentity identity = new TlsIdentity(files());
        KeyStore renewed = identity(8, "EC");
        touch(files().key(), pem("PRIVATE KEY", renewed.getKey("a", PASSWORD).getEncoded()));
        identity.refresh();
        assertEquals("CN=7", shownBy(identity));
        touch(
                files().certificate(),
                pem("CERTIFICATE", renewed.getCertificate("a").getEncoded()));
        identity.refresh();
        assertEquals("CN=8", shownBy(identity));
    }

    @Test
    public void anExpiredCertificateAndAChainInTheWrongOrderAreDoubtful() throws Exception {
        X509Certificate one = (X509Certificate) identity(9, "EC").getCertificate("a");
        X509Certificate other = (X509Certificate) identity(10, "EC").getCertificate("a");
        CertificateChain alone = new CertificateChain(new X509Certificate[] {one});
        assertEquals(List.of(), alone.doubts(Instant.now()));
        assertEquals(
                1, alone.doubts(one.getNotAfter().toInstant().plusSeconds(1)).size());
        assertEquals(
                1, alone.doubts(one.getNotBefore().toInstant().minusSeconds(1)).size());
        String doubt = new CertificateChain(new X509Certificate[] {one, other})
                .doubts(Instant.now())
                .get(0);
        assertTrue(doubt, doubt.startsWith("certificate 2 of the file did not issue certificate 1"));
    }

    private static void touch(Path file, String content) throws IOException {
        FileTime before = Files.getLastModifiedTime(file);
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, FileTime.from(before.toInstant().plusSeconds(1)));
    }

    /** The subject of the certificate that a client sees, in a handshake without a network. */
    private static String shownBy(TlsIdentity identity) throws Exception {
        SslHandler handler = SslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .build()
                .newHandler(UnpooledByteBufAllocator.DEFAULT);
        EmbeddedChannel server = new EmbeddedChannel(identity.newHandler(UnpooledByteBufAllocator.DEFAULT));
        EmbeddedChannel client = new EmbeddedChannel(handler);
        try {
            while (!handler.handshakeFuture().isDone()) {
                for (Object sent = client.readOutbound(); sent != null; sent = client.readOutbound()) {
                    server.writeInbound(sent);
                }
                server.runPendingTasks();
                for (Object sent = server.readOutbound(); sent != null; sent = server.readOutbound()) {
                    client.writeInbound(sent);
                }
                client.runPendingTasks();
            }
            return handler.engine().getSession().getPeerPrincipal().getName();
        } finally {
            client.finishAndReleaseAll();
            server.finishAndReleaseAll();
        }
    }

    private static TlsFiles files() {
        Path folder = FOLDER.getRoot().toPath();
        return new TlsFiles(folder.resolve("certificate.pem"), folder.resolve("key.pem"));
    }

    private static String shown() throws Exception {
        try (SSLSocket socket = connect()) {
            return socket.getSession().getPeerPrincipal().getName();
        }
    }

    private static SSLSocket connect() throws Exception {
        SSLSocket socket = (SSLSocket) trusting()
                .createSocket(
                        listener.address().getAddress(), listener.address().getPort());
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }

    private static SSLSocketFactory trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAll()}, null);
        return context.getSocketFactory();
    }

    /** Has the JDK's keytool make an identity. */
    private static KeyStore identity(int number, String algorithm) throws Exception {
        Path store = FOLDER.newFolder().toPath().resolve(number + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        algorithm,
                        "-alias",
                        "a",
                        "-dname",
                        "CN=" + number,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(said, 0, keytool.waitFor());
        return KeyStore.getInstance(store.toFile(), PASSWORD);
    }

    private static void write(int number) throws Exception {
        write(number, "EC");
    }

    private static void write(int number, String algorithm) throws Exception {
        KeyStore keys = identity(number, algorithm);
        Files.writeString(
                files().key(), pem("PRIVATE KEY", keys.getKey("a", PASSWORD).getEncoded()));
        Files.writeString(
                files().certificate(),
                pem("CERTIFICATE", keys.getCertificate("a").getEncoded()));
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder().encodeToString(bytes)
                + "\n-----END " + what + "-----\n";
    }

    /** The test knows whom it talks to. */
    private static final class TrustsAll implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
