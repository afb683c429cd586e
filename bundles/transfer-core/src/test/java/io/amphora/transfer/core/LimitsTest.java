// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static io.amphora.transfer.core.FileTransferFixture.await;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.spi.PublishResult;
import io.amphora.transfer.core.spool.SpoolLimits;
import io.amphora.transfer.core.transfer.TransferSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Every limit turns away what is too much, keeps nothing of it, says when to come back, and lets it pass later. */
public class LimitsTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(100);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private FileTransferFixture broker;

    private void start(TransferSettings limits, SpoolLimits spool) throws IOException {
        broker = new FileTransferFixture(folder.getRoot().toPath(), limits, spool);
        broker.exporters.add(broker.exporter);
    }

    @After
    public void stop() {
        broker.close();
    }

    @Test
    public void aFullSpoolTakesWhatItRefusedOnceThereIsRoom() throws IOException {
        start(FileTransferFixture.defaults(), new SpoolLimits(1_000, Long.MAX_VALUE, Integer.MAX_VALUE, 16));
        init("f");
        init("g");
        ok("$file/f/0", "a".repeat(500));
        long used = used();
        turnedAway("the spool is full", "$file/g/0", "b".repeat(500));
        assertEquals(used, used());
        ok("$file/f/fin/500", "");
        ok("$file/g/0", "b".repeat(500));
    }

    @Test
    public void aFullSpoolTakesNoInitEither() throws IOException {
        start(FileTransferFixture.defaults(), new SpoolLimits(1_000, Long.MAX_VALUE, Integer.MAX_VALUE, 16));
        String large = "{\"name\":\"n\",\"user_data\":\"" + "u".repeat(940) + "\"}";
        init("f");
        long used = used();
        turnedAway("the spool is full", "$file/g/init", large);
        assertEquals(used, used());
        assertEquals(0x10, broker.send("$file/g/0", "x").reasonCode().code());
        ok("$file/f/abort", "");
        ok("$file/g/init", large);
    }

    @Test
    public void aClientsTransfersAreCountedUntilTheyEnd() throws IOException {
        start(FileTransferFixture.defaults(), new SpoolLimits(Long.MAX_VALUE, Long.MAX_VALUE, 2, 16));
        init("f");
        init("g");
        turnedAway(
                "the client has too many unfinished transfers, finish or abort some",
                "$file/h/init",
                "{\"name\":\"n\"}");
        init("g");
        ok("$file/f/abort", "");
        init("h");
        turnedAway(
                "the client has too many unfinished transfers, finish or abort some",
                "$file/i/init",
                "{\"name\":\"n\"}");
        ok("$file/g/fin/0", "");
        init("i");
    }

    @Test
    public void aClientsBytesAreCountedUntilItsTransfersEnd() throws IOException {
        start(FileTransferFixture.defaults(), new SpoolLimits(Long.MAX_VALUE, 1_000, Integer.MAX_VALUE, 16));
        init("f");
        init("g");
        ok("$file/f/0", "a".repeat(500));
        String why = "the client's unfinished transfers are too large, finish or abort some";
        turnedAway(why, "$file/g/0", "b".repeat(500));
        ok("$file/f/0", "a".repeat(100));
        ok("$file/f/abort", "");
        ok("$file/g/0", "b".repeat(500));
    }

    @Test
    public void gapsCanBeFilledThoughThereAreAsManyRangesAsMayBe() throws IOException {
        start(FileTransferFixture.defaults(), FileTransferFixture.unlimited());
        init("f");
        for (int i = 0; i < 100; i++) {
            ok("$file/f/" + 2 * i, "x");
        }
        turnedAway("too many separate ranges, fill the gaps first", "$file/f/200", "x");
        ok("$file/f/0", "x");
        ok("$file/f/199", "y");
        ok("$file/f/1", "y");
        ok("$file/f/300", "x");
        turnedAway("too many separate ranges, fill the gaps first", "$file/f/400", "x");
    }

    @Test
    public void theLargestFileMayBeAsLargeAsIsAllowedAndNoLarger() throws IOException {
        start(FileTransferFixture.limits(LONG, Long.MAX_VALUE, 10), FileTransferFixture.unlimited());
        ok("$file/f/init", "{\"name\":\"n\",\"size\":10}");
        ok("$file/f/0", "0123456789");
        ok("$file/f/10", "");
        assertEquals(0x83, broker.send("$file/f/10", "x").reasonCode().code());
        assertEquals(
                0x83,
                broker.send("$file/f/9223372036854775806", "x").reasonCode().code());
        ok("$file/f/fin/10", "");
        assertEquals(Optional.of("0123456789"), broker.exported("f"));
    }

    @Test
    public void anInitThatWaitsForTooLongIsAnsweredAndMayBeSentAgain() throws IOException {
        onlyOneCommandTimesOut(timeouts(SHORT, LONG, LONG), "$file/late/init", "{\"name\":\"n\"}");
        ok("$file/late/init", "{\"name\":\"n\"}");
    }

    @Test
    public void aSegmentThatWaitsForTooLongIsAnsweredAndNothingIsKept() throws IOException {
        onlyOneCommandTimesOut(timeouts(LONG, SHORT, LONG), "$file/late/0", "abc");
        init("late");
        assertEquals(0x80, broker.send("$file/late/fin/3", "").reasonCode().code());
    }

    @Test
    public void aFinThatWaitsForTooLongIsAnsweredAndNotCarriedOut() throws IOException {
        onlyOneCommandTimesOut(timeouts(LONG, LONG, SHORT), "$file/late/fin/0", "");
        assertEquals(0, broker.exporter.exports.get());
    }

    /** Both threads of the spool are kept busy, so that what is sent has to wait. */
    private void onlyOneCommandTimesOut(TransferSettings limits, String topic, String payload) throws IOException {
        start(limits, FileTransferFixture.unlimited());
        MemoryCatalog catalog = new MemoryCatalog();
        catalog.gate = new CountDownLatch(1);
        broker.transfer.use(Optional.of(catalog));
        List<String> others = List.of("init", "0", "fin/0");
        List<CompletableFuture<PublishResult>> busy =
                List.of(broker.begin("$file/busy1/abort", ""), broker.begin("$file/busy2/abort", ""));
        List<CompletableFuture<PublishResult>> patient = others.stream()
                .filter(command -> !topic.endsWith("/" + command))
                .map(command -> broker.begin("$file/patient" + command.length() + "/" + command, "{\"name\":\"n\"}"))
                .toList();

        PublishResult late = broker.send(topic, payload);
        assertEquals(late.toString(), 0x80, late.reasonCode().code());
        assertEquals(
                "timeout: the server was too busy: send this again",
                late.reason().get());
        patient.forEach(answer -> assertFalse(answer.isDone()));
        catalog.gate.countDown();
        busy.forEach(answer -> assertEquals(0, await(answer).reasonCode().code()));
        patient.forEach(answer -> assertFalse(await(answer).reason().toString().contains("timeout")));
    }

    private static TransferSettings timeouts(Duration init, Duration store, Duration assemble) {
        return new TransferSettings(
                init, store, assemble, Long.MAX_VALUE, Long.MAX_VALUE, 100, Duration.ZERO, Duration.ofDays(1), 100);
    }

    private long used() {
        return broker.transfer.spool().space().used();
    }

    private void init(String id) {
        ok("$file/" + id + "/init", "{\"name\":\"n\"}");
    }

    private void ok(String topic, String payload) {
        PublishResult result = broker.send(topic, payload);
        assertEquals(topic + ": " + result, 0, result.reasonCode().code());
    }

    private void turnedAway(String why, String topic, String payload) {
        PublishResult result = broker.send(topic, payload);
        assertEquals(topic + ": " + result, 0x97, result.reasonCode().code());
        assertTrue(
                result.toString(),
                result.reason().get().matches("quota_exceeded: " + why + ": send this again in \\d+ ms"));
    }
}
