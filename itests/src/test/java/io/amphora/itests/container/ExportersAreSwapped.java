// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.DeliveredFiles;
import io.amphora.itests.UploadLoop;
import io.amphora.itests.UploadLoop.Acknowledged;
import io.amphora.itests.Waiting;
import io.amphora.transfer.spi.ExporterHealth;
import io.amphora.transfer.spi.ExporterStatus;
import io.amphora.transfer.spi.TransferCatalog;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerSuite;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/** Exporters are changed, added, removed and restarted while files are uploaded. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public class ExportersAreSwapped {

    private static final int SOME = 40;
    private static final int SWAPS = 500;
    private static final String CLIENTS = Inside.OWN_CLIENT + "swap";

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin configurations;

    @Inject
    private ExporterHealth health;

    @Inject
    private TransferCatalog catalog;

    /** Comes last of all. */
    @Inject
    private BootFinished booted;

    @org.ops4j.pax.exam.Configuration
    public Option[] container() {
        return Container.options();
    }

    @Before
    public void everythingIsThere() {
        assertNotNull(booted);
    }

    @Test
    public void everyAcknowledgedFileIsFoundOncePerExporterThatHadIt() throws Exception {
        Path parent = Inside.data("swapped");
        String selector = "(client_id=" + CLIENTS + "*)";
        try (LocalExporters exporters = new LocalExporters(context, configurations, selector, parent);
                UploadLoop uploads = new UploadLoop(Inside.url(), CLIENTS)) {
            DeliveredFiles before = exporters.set("first", "before");
            uploads.awaitMore(SOME);
            DeliveredFiles after = exporters.set("first", "after");
            Waiting.until("a file arrives in the new root", () -> !after.all().isEmpty());
            uploads.awaitMore(SOME);
            DeliveredFiles other = exporters.set("second", "other");
            Waiting.until("it is used", () -> status("second").isPresent()); // not only registered
            long bothFrom = System.nanoTime();
            uploads.awaitMore(SOME);
            long bothTo = System.nanoTime();
            exporters.remove("first");
            exporters.awaitAbsence("first");
            long secondFrom = System.nanoTime();
            uploads.awaitMore(SOME);

            List<Acknowledged> files = uploads.stop();
            Ledger ledger = ledger(before, after, other);
            ledger.assertWhole(files);
            for (Acknowledged file : files) {
                Set<String> owners = ledger.owners(file);
                if (file.sent() > bothFrom && file.answered() < bothTo) {
                    assertEquals(file.toString(), Set.of("first", "second"), owners);
                } else if (file.sent() > secondFrom) {
                    assertEquals(file.toString(), Set.of("second"), owners);
                }
            }
        }
    }

    @Test
    public void aBadConfigurationIsToldAndHarmsNoOther() throws Exception {
        Path parent = Inside.data("corrected");
        String clients = Inside.OWN_CLIENT + "bad";
        try (LocalExporters exporters =
                        new LocalExporters(context, configurations, "(client_id=" + clients + "*)", parent);
                UploadLoop uploads = new UploadLoop(Inside.url(), clients)) {
            DeliveredFiles good = exporters.set("good", "good");
            uploads.awaitMore(SOME);
            Files.writeString(parent.resolve("a file"), "");
            exporters.set("bad", "a file");
            Waiting.until(
                    "it is told", () -> !status("bad").map(ExporterStatus::isOk).orElse(true));
            String why = status("bad").orElseThrow().degraded().orElseThrow().why();
            assertTrue(why, why.startsWith("not started: io.amphora.export.local~bad: root: cannot write to "));
            assertTrue(status("good").orElseThrow().isOk());
            uploads.awaitMore(SOME);
            DeliveredFiles corrected = exporters.set("bad", "corrected");
            Waiting.until("it works", () -> !corrected.all().isEmpty());
            uploads.awaitMore(SOME);
            assertTrue(status("bad").orElseThrow().isOk());
            ledger(good, corrected).assertWhole(uploads.stop());
        }
    }

    private Optional<ExporterStatus> status(String name) {
        return health.statuses().stream()
                .filter(status -> status.name().equals(name))
                .findFirst();
    }

    @Test
    public void theBundleIsRestartedAndUpdatedWhileItIsInUse() throws Exception {
        Path parent = Inside.data("restarted");
        String clients = Inside.OWN_CLIENT + "bundle";
        Bundle bundle = Arrays.stream(context.getBundles())
                .filter(one -> one.getSymbolicName().equals("io.amphora.export.local"))
                .findFirst()
                .orElseThrow();
        try (LocalExporters exporters =
                        new LocalExporters(context, configurations, "(client_id=" + clients + "*)", parent);
                UploadLoop uploads = new UploadLoop(Inside.url(), clients)) {
            DeliveredFiles files = exporters.set("only", "only");
            uploads.awaitMore(SOME);
            bundle.stop();
            bundle.start();
            uploads.awaitMore(SOME);
            bundle.update();
            uploads.awaitMore(SOME);
            ledger(files).assertWhole(uploads.stop());
        }
    }

    @Test
    public void manySwapsLeaveNothingBehind() throws Exception {
        String clients = Inside.OWN_CLIENT + "many";
        try (LocalExporters exporters =
                new LocalExporters(context, configurations, "(client_id=" + clients + "*)", Inside.data("many"))) {
            swap(exporters, 5);
            int threads = ManagementFactory.getThreadMXBean().getThreadCount();
            int files = openFiles();
            swap(exporters, SWAPS);
            Waiting.until(
                    "threads have ended",
                    () -> ManagementFactory.getThreadMXBean().getThreadCount() < threads + SWAPS / 20);
            Waiting.until("files are closed", () -> openFiles() < files + SWAPS / 20);
        }
    }

    private void swap(LocalExporters exporters, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            DeliveredFiles files = exporters.set("swapped", "swapped-" + i);
            Waiting.until("it has started", () -> Files.isDirectory(files.root()));
        }
    }

    private static int openFiles() {
        return new File("/proc/self/fd").list().length;
    }

    private Ledger ledger(DeliveredFiles... roots) {
        return new Ledger(catalog, List.of(roots), Inside.data("no buckets"));
    }
}
