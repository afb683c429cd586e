// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.spi.PublishResult;
import io.amphora.transfer.spi.FileDamagedException;
import io.amphora.transfer.spi.FileRefusedException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.Test;

/** A destination that can never take a file, or that does not store what it was given. The time for a fin is not up. */
public class RefusedFileTest extends FileTransferCase {

    private static final String NAME = "the file system cannot store the name";
    private static final String SIZE = FileDamagedException.differentSize("the bucket", 90, 3);

    @Test
    public void aFileThatAnExporterCanNeverTakeFailsAtOnceSayingWhy() {
        broker.exporter.failures.add(new FileRefusedException(NAME));
        assertFailed(broker.finish("f"), "export_failed: exporter memory cannot take the file: " + NAME);
        assertEquals(1, broker.exporter.exports.get());
        assertEquals(1, broker.status("memory").failures());
        assertEquals(1, broker.status("memory").givenUp());
    }

    @Test
    public void everythingIsKeptForALaterFin() {
        broker.exporter.failures.add(new FileRefusedException(NAME));
        assertTrue(FileTransferFixture.await(broker.finish("f")).reasonCode().isError());
        ok("$file/f/fin/3", "");
        assertEquals("abc", broker.exported("f").orElseThrow());
    }

    @Test
    public void otherExportersTakeIt() {
        MemoryExporter other = new MemoryExporter("other");
        broker.exporters.add(other);
        broker.exporter.failures.add(new FileRefusedException(NAME));
        assertTrue(FileTransferFixture.await(broker.finish("f")).reasonCode().isError());
        assertEquals(1, other.files.size());
    }

    @Test
    public void oneThatIsNotRequiredFailsNoFinAndIsNotAskedAgain() {
        MemoryExporter other = new MemoryExporter("other");
        other.required = false;
        other.failures.add(new FileRefusedException(NAME));
        broker.exporters.add(other);
        assertFalse(FileTransferFixture.await(broker.finish("f")).reasonCode().isError());
        Until.holds("it was given up", () -> broker.status("other").givenUp() == 1);
        assertEquals(1, other.exports.get());
    }

    @Test
    public void whereNoneIsRequiredTheOthersAreStillTried() {
        MemoryExporter other = new MemoryExporter("other");
        other.required = false;
        other.failuresLeft.set(2);
        broker.exporter.required = false;
        broker.exporter.failures.add(new FileRefusedException(NAME));
        broker.exporters.add(other);
        assertFalse(FileTransferFixture.await(broker.finish("f")).reasonCode().isError());
        assertEquals(1, broker.exporter.exports.get());
        assertEquals(3, other.exports.get());
    }

    @Test
    public void clientsWhoseFilesAreRefusedDoNotHinderOthers() {
        for (int i = 0; i < 5; i++) {
            broker.exporter.failures.add(new FileRefusedException(NAME));
            assertTrue(FileTransferFixture.await(broker.finish("f" + i))
                    .reasonCode()
                    .isError());
        }
        assertTrue(broker.status("memory").isOk());
    }

    @Test
    public void damageThatHappensOnceIsMendedByAnotherAttempt() {
        broker.exporter.failures.add(new FileDamagedException(SIZE));
        assertFalse(FileTransferFixture.await(broker.finish("f")).reasonCode().isError());
        assertEquals(2, broker.exporter.exports.get());
        assertTrue(broker.status("memory").isOk());
    }

    @Test
    public void theSameDamageTwiceFailsTheFinNamingIt() {
        broker.exporter.failures.addAll(List.of(new FileDamagedException(SIZE), new FileDamagedException(SIZE)));
        assertFailed(broker.finish("f"), "export_failed: exporter memory did not store the file as it is: " + SIZE);
        assertEquals(2, broker.exporter.exports.get());
        assertEquals(SIZE, broker.status("memory").degraded().orElseThrow().why());
    }

    @Test
    public void damageThatDiffersEachTimeIsTriedAgain() {
        for (int i = 0; i < 4; i++) {
            broker.exporter.failures.add(new FileDamagedException(SIZE + i));
        }
        assertFalse(FileTransferFixture.await(broker.finish("f")).reasonCode().isError());
    }

    private static void assertFailed(CompletableFuture<PublishResult> fin, String reason) {
        PublishResult result = FileTransferFixture.await(fin);
        assertEquals(0x80, result.reasonCode().code());
        assertEquals(reason, result.reason().orElseThrow());
    }
}
