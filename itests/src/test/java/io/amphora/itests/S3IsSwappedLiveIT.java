// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.UploadLoop.Acknowledged;
import io.amphora.s3.testing.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** An operator at the shell of the real distribution installs the S3 exporter and changes it, while devices upload. */
public class S3IsSwappedLiveIT {

    private static final int ROUNDS = 2;
    private static final int SOME = 20;
    private static final int MAX_SIZE = 30_000;
    private static final Pattern PID = Pattern.compile("(?m)^Pid: +(\\S+)$");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private S3Server s3;
    private RunningAmphora amphora;
    private int buckets;

    @Before
    public void start() throws Exception {
        s3 = S3Server.inFiles(folder.newFolder("s3").toPath());
        amphora = RunningAmphora.start(folder.getRoot().toPath().resolve("data"));
    }

    @After
    public void stop() throws Exception {
        amphora.close();
        s3.close();
    }

    @Test
    public void everyFileOfItsTimeIsInOneOfTheBuckets() throws Exception {
        String host = amphora.host();
        int port = amphora.port();
        try (UploadLoop uploads =
                new UploadLoop((id, number) -> new HiveMqCommands(host, port, id), "device", MAX_SIZE)) {
            uploads.awaitMore(SOME);
            install();
            long from = System.nanoTime();
            String edit = "config:edit " + pid() + "; ";
            for (int i = 0; i < ROUNDS; i++) {
                amphora.shell(edit + "config:property-set pool_size 0; config:update");
                int round = i + 1;
                Waiting.until(
                        "the mistake is named",
                        () -> logged(
                                        "Left the exporter s3 as it was, not changed: .*: pool_size: 0 is not from 1 to 1024")
                                == round);
                uploads.awaitMore(SOME);
                amphora.shell(edit + "config:property-set pool_size 4; config:property-set bucket " + nextBucket()
                        + "; config:update");
                awaitObject();
            }
            long to = System.nanoTime();
            amphora.shell("bundle:restart io.amphora.export.s3; bundle:restart io.amphora.export.local");
            uploads.awaitMore(SOME);
            amphora.shell("bundle:update io.amphora.export.s3");
            uploads.awaitMore(SOME);
            assertDelivered(uploads.stop(), from, to);
        }
    }

    private void install() throws Exception {
        amphora.shell("feature:install amphora-export-s3");
        amphora.shell("config:edit --factory --alias s3 io.amphora.export.s3; config:property-set exporter.name s3; "
                + "config:property-set bucket " + nextBucket() + "; config:property-set host 127.0.0.1; "
                + "config:property-set port " + s3.port() + "; config:property-set ssl false; "
                + "config:property-set access_key_id " + S3Server.ACCESS_KEY
                + "; config:property-set secret_access_key "
                + S3Server.SECRET_KEY + "; config:update");
        awaitObject();
    }

    private String nextBucket() throws IOException {
        buckets++;
        Files.createDirectory(bucket());
        return bucket().getFileName().toString();
    }

    private Path bucket() {
        return s3.objects().resolve("bucket-" + buckets);
    }

    private void awaitObject() throws Exception {
        Waiting.until("a file arrives in " + bucket(), () -> !objects(bucket()).isEmpty());
    }

    private static List<Path> objects(Path folder) throws IOException {
        try (Stream<Path> objects = Files.walk(folder)) {
            return objects.filter(Files::isRegularFile).toList();
        }
    }

    /** What was made in the shell has a PID that the shell has made up. */
    private String pid() throws Exception {
        Matcher pid = PID.matcher(amphora.shell("config:list '(exporter.name=s3)'"));
        assertTrue(pid.find());
        return pid.group(1);
    }

    private long logged(String text) throws IOException {
        return Pattern.compile(text)
                .matcher(Files.readString(amphora.log()))
                .results()
                .count();
    }

    /** Each file is whole where it is, in one bucket at most, and nothing else is there. */
    private void assertDelivered(List<Acknowledged> files, long from, long to) throws IOException {
        DeliveredFiles local = new DeliveredFiles(amphora.exports());
        Set<Path> expected = new HashSet<>();
        for (Acknowledged file : files) {
            List<Path> found = inBuckets(file.file());
            assertTrue("twice: " + file, found.size() <= 1);
            for (Path object : found) {
                assertArrayEquals(object.toString(), file.file().bytes(), Files.readAllBytes(object));
                expected.add(object);
            }
            boolean isLocal = Files.exists(local.pathOf(file.file()));
            if (isLocal) {
                local.assertHolds(file.file());
            }
            assertTrue("lost: " + file, isLocal || !found.isEmpty());
            if (file.sent() > from && file.answered() < to) {
                assertTrue("not everywhere: " + file, isLocal && !found.isEmpty());
            }
        }
        assertEquals(expected, new HashSet<>(objects(s3.objects())));
    }

    private List<Path> inBuckets(SentFile file) {
        List<Path> found = new ArrayList<>();
        for (int i = 1; i <= buckets; i++) {
            Path object = s3.objects()
                    .resolve("bucket-" + i)
                    .resolve(file.clientId())
                    .resolve(file.fileId())
                    .resolve(file.name());
            if (Files.exists(object)) {
                found.add(object);
            }
        }
        return found;
    }
}
