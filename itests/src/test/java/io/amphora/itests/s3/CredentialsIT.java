// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.s3;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.amphora.itests.RunningAmphora;
import io.amphora.itests.SentFile;
import io.amphora.itests.UploadLoop;
import io.amphora.itests.UploadLoop.Acknowledged;
import io.amphora.itests.Waiting;
import io.amphora.s3.testing.FaultyNetwork;
import io.amphora.s3.testing.RequestHead;
import io.amphora.s3.testing.S3Server;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Where keys come from, each told by its session token, and keys that change while files are uploaded. */
public class CredentialsIT {

    private static final int SOME = 40;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final Queue<RequestHead> requests = new ConcurrentLinkedQueue<>();
    private S3Server server;
    private FaultyNetwork network;
    private RunningAmphora amphora;

    @Before
    public void start() throws Exception {
        server = S3Server.inFiles(folder.newFolder("s3").toPath());
        network = FaultyNetwork.before(server.port());
        network.show(requests::add);
    }

    @After
    public void stop() throws Exception {
        amphora.close();
        network.close();
        server.close();
    }

    private void startAmphora(Map<String, String> environment) throws Exception {
        Path data = folder.newFolder("data").toPath();
        amphora = RunningAmphora.start(data, environment);
        Files.delete(data.resolve("etc/io.amphora.export.local-default.cfg"));
        amphora.shell("feature:install amphora-export-s3");
    }

    @Test
    public void theyComeFromWhereTheSettingSays() throws Exception {
        HttpServer instance = instance();
        Path profiles = Files.writeString(
                folder.newFile("profiles").toPath(), """
                [special]
                aws_access_key_id = %s
                aws_secret_access_key = %s
                aws_session_token = from-profile
                """.formatted(S3Server.ACCESS_KEY, S3Server.SECRET_KEY));
        startAmphora(Map.of(
                "AWS_ACCESS_KEY_ID",
                S3Server.ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY",
                S3Server.SECRET_KEY,
                "AWS_SESSION_TOKEN",
                "from-environment",
                "AWS_SHARED_CREDENTIALS_FILE",
                profiles.toString(),
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                "http://127.0.0.1:" + instance.getAddress().getPort() + "/"));
        try {
            Map<String, String> tokens = Map.of(
                    "environment", "from-environment",
                    "profile", "from-profile",
                    "instance", "from-instance",
                    "default", "from-environment");
            for (String source : tokens.keySet()) {
                Bucket bucket = Bucket.make(server, source);
                Bucket.configure(amphora, source, settings(bucket, source));
            }
            SentFile file = new SentFile("device", "f1", "a.bin", 1_000, 1);
            Path local = Files.write(folder.getRoot().toPath().resolve(file.name()), file.bytes());
            amphora.script("upload", "--client-id", file.clientId(), "--file-id", file.fileId(), local.toString());
            assertEquals(8, requests.size()); // each puts and compares
            for (RequestHead request : requests) {
                String bucket = request.line().split("/", 3)[1];
                assertEquals(
                        request.line(),
                        tokens.get(bucket),
                        request.header("x-amz-security-token").orElse("none"));
            }
        } finally {
            instance.stop(0);
        }
    }

    private List<String> settings(Bucket bucket, String source) {
        return List.of(
                "bucket = " + bucket.name(),
                "host = 127.0.0.1",
                "port = " + network.port(),
                "ssl = false",
                "credentials = " + source,
                "profile = special");
    }

    /** What answers with the keys of a role on such machines. */
    private static HttpServer instance() throws Exception {
        byte[] answer = """
                {"AccessKeyId":"%s","SecretAccessKey":"%s","Token":"from-instance","Expiration":"2099-01-01T00:00:00Z"}
                """.formatted(S3Server.ACCESS_KEY, S3Server.SECRET_KEY).getBytes(StandardCharsets.UTF_8);
        HttpServer instance = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        instance.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        instance.start();
        return instance;
    }

    @Test
    public void theyAreRotatedWhileFilesAreUploaded() throws Exception {
        startAmphora(Map.of());
        Bucket bucket = Bucket.make(server, "rotated");
        Bucket.configure(amphora, "main", bucket.settings(network.port()));
        try (UploadLoop uploads = new UploadLoop("tcp://127.0.0.1:" + amphora.port(), "rotating")) {
            uploads.awaitMore(SOME);
            rotate(S3Server.OTHER_ACCESS_KEY, S3Server.OTHER_SECRET_KEY);
            Waiting.until("the new keys sign", () -> signs(S3Server.OTHER_ACCESS_KEY));
            uploads.awaitMore(SOME);
            requests.clear();
            uploads.awaitMore(SOME);
            assertTrue("the old keys sign no more", requests.stream().noneMatch(request -> request.accessKey()
                    .equals(S3Server.ACCESS_KEY)));

            rotate("nobody", ""); // refused: those before go on
            Waiting.until(
                    "the mistake is told",
                    () -> Files.readString(amphora.log())
                            .contains(
                                    "Left the exporter main as it was, not changed: io.amphora.export.s3-main.cfg: secret_access_key"));
            uploads.awaitMore(SOME);
            rotate(S3Server.ACCESS_KEY, S3Server.SECRET_KEY);
            requests.clear();
            Waiting.until("the first keys sign again", () -> signs(S3Server.ACCESS_KEY));
            uploads.awaitMore(SOME);
            List<Acknowledged> files = uploads.stop();
            for (Acknowledged file : files) {
                bucket.assertHolds(file.file());
            }
            bucket.assertHasOnly(files.size());
        }
        String log = Files.readString(amphora.log());
        assertTrue(
                "no secret is logged", !log.contains(S3Server.SECRET_KEY) && !log.contains(S3Server.OTHER_SECRET_KEY));
    }

    /** Through Config Admin, by the shell. */
    private void rotate(String key, String secret) throws Exception {
        amphora.shell("config:edit io.amphora.export.s3~main; config:property-set access_key_id '" + key
                + "'; config:property-set secret_access_key '" + secret + "'; config:update");
    }

    private boolean signs(String key) {
        return requests.stream().anyMatch(request -> request.accessKey().equals(key));
    }
}
