// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import static org.junit.Assert.assertArrayEquals;

import io.amphora.s3.testing.FaultyNetwork;
import io.amphora.transfer.ByteRange;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.SpoolFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.junit.After;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.rules.TemporaryFolder;

/** A bucket, a network before it and an exporter that uses it, anew for each test. */
public abstract class S3Fixture {

    @ClassRule
    public static final RunningS3 S3 = new RunningS3();

    static final TransferId ID = new TransferId("device-1", "f1");

    /** Two parts of the smallest size and a bit. */
    static final int THREE_PARTS = 2 * (int) PartSizes.SMALLEST + 4_321;

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    FaultyNetwork network;
    String bucket;
    SpoolFolder spool;
    private Path state;
    private S3Exporter exporter;

    @Before
    public final void setUp() throws IOException {
        network = FaultyNetwork.before(S3.port());
        bucket = S3.newBucket();
        spool = new SpoolFolder(temporary.newFolder("spool").toPath());
        state = temporary.newFolder("uploads").toPath();
    }

    @After
    public final void tearDown() throws IOException {
        if (exporter != null) {
            exporter.deactivate(0);
        }
        network.close();
    }

    /** Settings by which requests go through the network and are not repeated. */
    final Settings settings() {
        return S3.settings(bucket).with("port", network.port()).with("max_retries", 0);
    }

    final S3Exporter start(Settings settings) {
        exporter = RunningS3.exporter(settings, state);
        return exporter;
    }

    final Path state() {
        return state;
    }

    final ExportRequest request(int size) throws IOException {
        return spool.request(ID, SpoolFolder.bytes(size, size));
    }

    static void assertDelivered(S3Exporter by, ExportedFile file) throws IOException {
        assertArrayEquals(SpoolFolder.bytes(file.size(), (int) file.size()), read(by, file));
    }

    static byte[] read(S3Exporter by, ExportedFile file) throws IOException {
        try (InputStream in = by.open(file, new ByteRange(0, file.size()))) {
            return in.readAllBytes();
        }
    }
}
