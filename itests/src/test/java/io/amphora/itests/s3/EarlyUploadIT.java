// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.s3;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.Commands;
import io.amphora.itests.Mqtt5Commands;
import io.amphora.itests.RunningAmphora;
import io.amphora.itests.SentFile;
import io.amphora.itests.Waiting;
import io.amphora.s3.testing.FaultyNetwork;
import io.amphora.s3.testing.S3Server;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** With the defaults, files above 64 MiB are uploaded while their segments come in, and are whole whatever happens. */
public class EarlyUploadIT {

    private static final int PART = 8 << 20;
    private static final int SEGMENT = 256 << 10;
    private static final int WHOLE_PARTS = 9;
    private static final int SIZE = WHOLE_PARTS * PART + (2 << 20) + 12_345; // growth is told by the MiB

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final SentFile file = new SentFile("camera", "f1", "large.bin", SIZE, 1);
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private S3Server server;
    private FaultyNetwork network;
    private RunningAmphora amphora;
    private Bucket bucket;

    @Before
    public void start() throws Exception {
        server = S3Server.inFiles(folder.newFolder("s3").toPath());
        bucket = Bucket.make(server, "early");
        network = FaultyNetwork.before(server.port());
        network.show(request -> sent.add(request.line()));
        Path data = folder.newFolder("data").toPath();
        amphora = RunningAmphora.start(data);
        Files.delete(data.resolve("etc/io.amphora.export.local-default.cfg"));
        amphora.shell("feature:install amphora-export-s3");
        Bucket.configure(amphora, "main", bucket.settings(network.port()));
    }

    @After
    public void stop() throws Exception {
        amphora.close();
        network.close();
        server.close();
    }

    @Test
    public void thePartsAreThereBeforeTheFin() throws Exception {
        try (Commands client = connect()) {
            client.sendBytes(file, SEGMENT);
            awaitParts(WHOLE_PARTS);
            assertFalse(bucket.has(file));
            int before = partsSent();
            assertEquals(0, client.finish(file));
            assertTrue("the rest goes with the fin", partsSent() <= before + 1);
        }
        bucket.assertHolds(file);
        bucket.assertHasOnly(1);
    }

    @Test
    public void partsWhoseBytesAreOverwrittenAreSentAgain() throws Exception {
        byte[] bytes = file.bytes();
        byte[] other = new byte[SEGMENT];
        new Random(2).nextBytes(other);
        int at = 2 * PART - SEGMENT / 2; // across two parts
        try (Commands client = connect()) {
            client.sendBytes(file, SEGMENT);
            awaitParts(WHOLE_PARTS);
            int before = partsSent();
            assertEquals(0, await(client, Integer.toString(at), other));
            System.arraycopy(other, 0, bytes, at, other.length);
            String fin = "fin/" + SIZE + "/" + SentFile.sha256(bytes);
            assertEquals(0, await(client, fin, new byte[0]));
            assertEquals(
                    List.of(2, 3),
                    partsSentSince(before).stream()
                            .filter(number -> number <= WHOLE_PARTS)
                            .sorted()
                            .toList());
        }
        bucket.assertHolds(file, bytes);
        bucket.assertHasOnly(1);
    }

    @Test
    public void anAbortRemovesWhatWasSent() throws Exception {
        try (Commands client = connect()) {
            client.sendBytes(file, SEGMENT);
            awaitParts(WHOLE_PARTS);
            assertEquals(0, await(client, "abort", new byte[0]));
        }
        bucket.assertHasOnly(0);
    }

    @Test
    public void whatExpiresIsRemovedFromTheServerToo() throws Exception {
        amphora.stop();
        Files.write(
                amphora.data().resolve("etc/io.amphora.transfer.cfg"),
                List.of("minimum_segments_ttl = 1", "gc_interval = 1"),
                StandardOpenOption.APPEND);
        amphora.restart();
        byte[] meta =
                ("{\"name\":\"large.bin\",\"size\":" + SIZE + ",\"segments_ttl\":20}").getBytes(StandardCharsets.UTF_8);
        try (Commands client = connect()) {
            assertEquals(0, await(client, "init", meta));
            byte[] bytes = file.bytes();
            for (int from = 0; from < 3 * PART; from += SEGMENT) {
                byte[] segment = Arrays.copyOfRange(bytes, from, from + SEGMENT);
                assertEquals(0, await(client, Integer.toString(from), segment));
            }
            awaitParts(2);
        }
        bucket.assertHasOnly(0);
    }

    @Test
    public void aKilledBrokerLeavesNoUploadAndNoGap() throws Exception {
        byte[] bytes = file.bytes();
        int half = SIZE / 2;
        Commands lost = connect(); // with the broker, so that it cannot be closed
        assertEquals(0, await(lost, "init", file.meta()));
        send(lost, bytes, 0, half);
        awaitParts(2);
        amphora.kill9();
        assertFalse(bucket.view().uploads().isEmpty());
        String left = bucket.view().uploads().get(0).id();
        amphora.restart();
        Waiting.until("what was left is aborted", () -> bucket.view().uploads().stream()
                .noneMatch(upload -> upload.id().equals(left)));
        try (Commands client = connect()) {
            send(client, bytes, half, SIZE);
            assertEquals(0, client.finish(file));
        }
        bucket.assertHolds(file);
        bucket.assertHasOnly(1);
    }

    private Commands connect() throws Exception {
        return new Mqtt5Commands("tcp://127.0.0.1:" + amphora.port(), file.clientId());
    }

    private int await(Commands client, String command, byte[] payload) throws Exception {
        return Commands.await(client.send("$file/" + file.fileId() + "/" + command, payload));
    }

    private void send(Commands client, byte[] bytes, int start, int end) throws Exception {
        for (int from = start; from < end; from += SEGMENT) {
            byte[] segment = Arrays.copyOfRange(bytes, from, Math.min(from + SEGMENT, end));
            assertEquals(0, await(client, Integer.toString(from), segment));
        }
    }

    private void awaitParts(int count) throws Exception {
        Waiting.until(
                count + " parts are at the server", () -> bucket.view().parts().size() >= count);
    }

    private int partsSent() {
        return partsSentSince(0).size();
    }

    /** Numbers of the parts in requests after so many of them. */
    private List<Integer> partsSentSince(int before) {
        return sent.stream()
                .filter(line -> line.contains("partNumber="))
                .skip(before)
                .map(line -> Integer.valueOf(line.replaceFirst(".*partNumber=(\\d+).*", "$1")))
                .toList();
    }
}
