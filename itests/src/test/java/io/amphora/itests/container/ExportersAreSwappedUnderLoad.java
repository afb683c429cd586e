// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.container;

import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.Handles;
import io.amphora.itests.UploadLoop;
import io.amphora.itests.UploadLoop.Acknowledged;
import io.amphora.itests.Waiting;
import io.amphora.s3.testing.S3Server;
import io.amphora.transfer.spi.ExporterHealth;
import io.amphora.transfer.spi.TransferCatalog;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerSuite;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many swaps in every way that there is, while clients upload without a pause. {@code -Damphora.swaps=500} makes them as
 * many as that.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public class ExportersAreSwappedUnderLoad {

    private static final Logger LOG = LoggerFactory.getLogger(ExportersAreSwappedUnderLoad.class);

    private static final int SWAPS = Integer.getInteger(Inside.SWAPS, Inside.FEW_SWAPS);
    private static final String CLIENTS = Inside.OWN_CLIENT + "live";
    private static final int MAX_SIZE = 30_000;

    /** Threads, files and sockets each that there may be more of at the end, however many swaps there were. */
    private static final int TOLERANCE = 10;

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin configurations;

    @Inject
    private SessionFactory sessions;

    @Inject
    private ExporterHealth health;

    @Inject
    private TransferCatalog catalog;

    /** Comes last of all. */
    @Inject
    private BootFinished booted;

    private final List<Acknowledged> files = new ArrayList<>();
    private long s3From;

    /** One change of an exporter, in effect when it returns. */
    private interface Swap {
        void run() throws Exception;
    }

    @org.ops4j.pax.exam.Configuration
    public Option[] container() {
        return Container.options();
    }

    @Before
    public void everythingIsThere() {
        assertNotNull(booted);
    }

    @Test
    public void noFileIsLostOrDoubledAndNothingLeaks() throws Exception {
        try (S3Server s3 = S3Server.inFiles(Files.createDirectories(Inside.data("live-s3")));
                LiveExporters exporters = new LiveExporters(
                        context,
                        configurations,
                        sessions,
                        health,
                        s3,
                        "(client_id=" + CLIENTS + "*)",
                        Inside.data("live"))) {
            List<Swap> swaps = swaps(exporters);
            try (UploadLoop uploads = new UploadLoop(Inside.url(), CLIENTS + "-first", MAX_SIZE)) {
                exporters.installS3();
                s3From = System.nanoTime();
                swap(swaps, swaps.size(), uploads);
            }
            Handles before = Handles.now();
            try (UploadLoop uploads = new UploadLoop(Inside.url(), CLIENTS + "-then", MAX_SIZE)) {
                swap(swaps, SWAPS - swaps.size(), uploads);
            }
            Waiting.until("there is no more than " + before, () -> Handles.now().isAtMost(before, TOLERANCE));
            LOG.info("{} swaps while {} files arrived: {}, then {}", SWAPS, files.size(), before, Handles.now());
            assertDelivered(exporters, s3);
        }
    }

    /** All ways, in an order in which they can be repeated. */
    private static List<Swap> swaps(LiveExporters exporters) {
        return List.of(
                exporters::byCode,
                exporters::inTheShell,
                exporters::s3InTheShell,
                exporters::byFile,
                exporters::badlyByCode,
                exporters::byFile,
                exporters::byCode,
                exporters::restartLocal,
                exporters::s3BadlyInTheShell,
                exporters::byDeletedFile,
                exporters::s3InTheShell,
                exporters::updateLocal,
                exporters::inTheShell,
                exporters::restartS3,
                exporters::updateS3);
    }

    private void swap(List<Swap> swaps, int times, UploadLoop uploads) throws Exception {
        for (int i = 0; i < times; i++) {
            uploads.awaitMore(1);
            swaps.get(i % swaps.size()).run();
        }
        uploads.awaitMore(1);
        files.addAll(uploads.stop());
    }

    private void assertDelivered(LiveExporters exporters, S3Server s3) throws Exception {
        Ledger ledger = new Ledger(catalog, exporters.roots(), s3.objects());
        ledger.assertWhole(files);
        for (Acknowledged file : files) {
            if (exporters.away().stream().noneMatch(away -> away.overlaps(file.sent(), file.answered()))) {
                Set<String> owners = ledger.owners(file);
                assertTrue(file + " has " + owners, owners.containsAll(Set.of("code", "shell")));
                assertTrue(file + " has " + owners, file.sent() < s3From || owners.contains("s3"));
            }
        }
    }
}
