// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.situations;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.DeliveredFiles;
import io.amphora.itests.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.ClassRule;
import org.junit.Test;

/** Situations 24 and 26 to 31: the broker is killed, is set up differently, or cannot deliver. */
public final class BrokerSituations {

    @ClassRule
    public static final SharedBroker BROKER = new SharedBroker();

    /** Deliveries are given up after a second. */
    private static final SharedBroker.Change SOON = BROKER.transferSettings(Map.of("assemble_timeout", "1"));

    /** A device that has begun a transfer and stored three bytes. */
    private static Device deviceWithAbc(String clientId) throws IOException {
        Device device = BROKER.device(clientId, Form.SYNCHRONOUS);
        begin(device, "f");
        return device;
    }

    private static void begin(Device device, String fileId) throws IOException {
        device.init(fileId, "n");
        device.ok(fileId + "/0", "abc");
    }

    private static void assertDeliveredOnce(String clientId, String fileId) throws IOException {
        assertEquals("abc", new String(BROKER.delivered(clientId, fileId, "n"), StandardCharsets.UTF_8));
        assertEquals(1, BROKER.deliveries(clientId, fileId));
    }

    @Test
    public void situation24WhatWasAcknowledgedOutlivesTheBroker() throws Exception {
        Device device = BROKER.device("s24", Form.ASYNCHRONOUS);
        begin(device, "receiving");
        begin(device, "accepted");
        begin(device, "finished");
        device.ok("finished/fin/3", "");
        BROKER.during(BROKER.failingExports(), () -> {
            device.finLater("accepted/fin/3");
            BROKER.amphora().kill9();
        });
        BROKER.amphora().restart();
        Path accepted = BROKER.exports().pathOf("s24", "accepted", "n");
        Waiting.until("the accepted file is delivered", () -> Files.exists(accepted));
        try (Device again = BROKER.device("s24", Form.SYNCHRONOUS)) {
            assertEquals("\"state\":\"receiving\",\"received\":[[0,3]]", again.status("receiving"));
            for (String fileId : List.of("receiving", "accepted", "finished")) {
                again.ok(fileId + "/fin/3", "");
                assertDeliveredOnce("s24", fileId);
            }
        }
    }

    @Test
    public void situation26AFileLargerThanTheMaximumIsRefused() throws Exception {
        BROKER.during(BROKER.transferSettings(Map.of("max_file_size", "10")), () -> {
            try (Device device = deviceWithAbc("s26")) {
                device.refused(0x83, "file_too_large", "g/init", "{\"name\":\"n\",\"size\":11}");
                device.refused(0x10, "unknown_transfer", "g/status", "");
                device.refused(0x83, "file_too_large", "f/8", "xyz");
                device.refused(0x83, "file_too_large", "f/11", "");
                device.refused(0x83, "file_too_large", "f/fin/11", "");
                device.ok("f/3", "defghij");
                device.ok("f/fin/10", "");
            }
        });
    }

    @Test
    public void situation27WithoutAnExporterFinWaitsAndKeepsAll() throws Exception {
        try (Device device = deviceWithAbc("s27")) {
            BROKER.during(SOON.and(BROKER.withoutExporter()), () -> {
                device.refused(0x80, "no_exporter", "f/fin/3", "");
                device.ok("f/0", "xbc");
                device.ok("f/0", "abc");
            });
            begin(device, "g");
            int fin = BROKER.during(BROKER.withoutExporter(), () -> {
                int accepted = device.finLater("g/fin/3");
                assertTrue(device.status("g").startsWith("\"state\":\"exporting\""));
                return accepted;
            });
            assertEquals(0, device.finResult("g/fin/3", fin).code());
            device.ok("f/fin/3", "");
            assertDeliveredOnce("s27", "f");
            assertDeliveredOnce("s27", "g");
        }
    }

    @Test
    public void situation28AFailingExporterIsTriedAgainAndAllIsKept() throws Exception {
        try (Device device = deviceWithAbc("s28")) {
            BROKER.during(SOON.and(BROKER.failingExports()), () -> {
                device.refused(0x80, "export_failed", "f/fin/3", "");
                device.ok("f/0", "xbc");
                device.ok("f/0", "abc");
            });
            begin(device, "g");
            int fin = BROKER.during(BROKER.failingExports(), () -> {
                int accepted = device.finLater("g/fin/3");
                Waiting.until("it has failed", () -> BROKER.logged("Failed to deliver s28/g by default") > 1);
                return accepted;
            });
            assertEquals(0, device.finResult("g/fin/3", fin).code());
            device.ok("f/fin/3", "");
            assertDeliveredOnce("s28", "f");
            assertDeliveredOnce("s28", "g");
        }
    }

    @Test
    public void situation29AFileGoesToTheExporterAsItWasOrAsItIs() throws Exception {
        byte[] bytes = new byte[32 << 20];
        new Random(29).nextBytes(bytes);
        Path oldRoot = BROKER.amphora().data().resolve("exports-old");
        Path newRoot = BROKER.amphora().data().resolve("exports-new");
        SharedBroker.Change swap = BROKER.settings(
                "io.amphora.export.local-s29.cfg", Map.of("root", newRoot.toString()), "Changed the exporter s29");
        try (Device device = BROKER.device("s29", Form.ASYNCHRONOUS)) {
            BROKER.during(BROKER.exporter("s29", oldRoot, "(client_id=s29)"), () -> {
                device.init("large", "n");
                for (int at = 0; at < bytes.length; at += 1 << 20) {
                    device.ok("large/" + at, Arrays.copyOfRange(bytes, at, at + (1 << 20)));
                }
                String fin = "large/fin/" + bytes.length;
                int accepted = device.finLater(fin);
                BROKER.during(swap, () -> {
                    assertEquals(0, device.finResult(fin, accepted).code());
                    begin(device, "later");
                    device.ok("later/fin/3", "");
                });
            });
        }
        DeliveredFiles before = new DeliveredFiles(oldRoot);
        DeliveredFiles after = new DeliveredFiles(newRoot);
        assertEquals(List.of(after.pathOf("s29", "later", "n")), without("large", after));
        assertEquals(List.of(), without("large", before));
        List<Path> large = Stream.of(before, after)
                .map(root -> root.pathOf("s29", "large", "n"))
                .filter(Files::exists)
                .toList();
        assertEquals(1, large.size());
        assertArrayEquals(bytes, Files.readAllBytes(large.get(0)));
    }

    private static List<Path> without(String fileId, DeliveredFiles root) throws IOException {
        return root.all().stream()
                .filter(path -> !path.getParent().endsWith(fileId))
                .toList();
    }

    @Test
    public void situation30ATransferPastItsTimeIsCollected() throws Exception {
        try (Device device = BROKER.device("s30", Form.SYNCHRONOUS)) {
            device.ok("old/init", "{\"name\":\"n\",\"segments_ttl\":1}");
            device.ok("old/0", "abc");
            device.ok("new/init", "{\"name\":\"n\",\"segments_ttl\":3600}");
            device.ok("new/0", "abc");
            Map<String, String> settings = Map.of("minimum_segments_ttl", "1", "gc_interval", "1");
            BROKER.during(BROKER.transferSettings(settings), () -> {
                Waiting.until("it is collected", () -> BROKER.logged("Collected s30/old: ") == 1);
                device.refused(0x10, "unknown_transfer", "old/0", "abc");
                device.refused(0x10, "unknown_transfer", "old/status", "");
                device.ok("new/fin/3", "");
            });
            assertFalse(Files.exists(BROKER.exports().pathOf("s30", "old", "n")));
            assertDeliveredOnce("s30", "new");
        }
    }

    @Test
    public void situation31WhatOneExporterHasIsNotChanged() throws Exception {
        Path second = BROKER.amphora().data().resolve("exports-second");
        SharedBroker.Change exporter = BROKER.exporter("s31", second, "(client_id=s31two)");
        try (Device device = deviceWithAbc("s31two")) {
            BROKER.during(exporter, () -> {
                BROKER.during(SOON.and(BROKER.failingExports(second)), () -> {
                    device.refused(0x80, "export_failed", "f/fin/3", "");
                    device.ok("f/0", "abc");
                    device.refused(0x83, "filemeta_conflict", "f/0", "xbc");
                    device.refused(0x83, "filemeta_conflict", "f/fin/2", "");
                    device.refused(0x80, "export_failed", "f/fin/3", "");
                });
                device.ok("f/fin/3", "");
            });
            assertDeliveredOnce("s31two", "f");
            assertEquals("abc", Files.readString(new DeliveredFiles(second).pathOf("s31two", "f", "n")));
        }
    }
}
