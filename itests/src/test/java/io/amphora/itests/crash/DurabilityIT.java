// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Counts syncs, and what is answered between them. */
public final class DurabilityIT {

    private static final int SEGMENTS = 40;
    private static final int LENGTH = 1_000;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private ProcessVictim broker;
    private Path trace;

    @Before
    public void prepare() throws Exception {
        broker = new ProcessVictim(folder.getRoot().toPath());
        broker.configure("io.amphora.export.local-copies.cfg", "root", "${karaf.base}/copies");
        broker.configure("io.amphora.export.local-copies.cfg", "link", "false");
        trace = folder.getRoot().toPath().resolve("trace.txt");
    }

    @After
    public void stop() {
        broker.close();
    }

    @Test
    public void withFsyncDataAndJournalAreSyncedBeforeSegmentsAreAnswered() throws Exception {
        List<String> events = upload("fsync");
        int unanswered = 0;
        int groups = 0;
        int largest = 0;
        for (int at = events.indexOf("init answered") + 1; at < events.indexOf("content synced"); at++) {
            String event = events.get(at);
            if (event.startsWith("storing ")) {
                assertEquals("all before are answered " + events, 0, unanswered);
                unanswered = Integer.parseInt(event.substring("storing ".length()));
                largest = Math.max(largest, unanswered);
                groups++;
                assertEquals(
                        events.toString(), List.of("data synced", "journal synced"), events.subList(at + 1, at + 3));
            } else if (event.equals("segment answered")) {
                unanswered--;
            }
        }
        assertEquals(
                events.toString(),
                SEGMENTS,
                events.stream().filter("segment answered"::equals).count());
        assertEquals(
                events.toString(),
                groups,
                events.stream().filter("data synced"::equals).count());
        assertTrue("one sync serves several segments: " + events, largest > 1 && groups < SEGMENTS);
    }

    @Test
    public void withOsNothingIsSyncedForSegmentsButEverythingForAFin() throws Exception {
        List<String> events = upload("os");
        assertEquals(events.toString(), -1, events.indexOf("data synced"));
        assertEquals(events.toString(), -1, events.indexOf("journal synced"));
        assertAFinIsSynced(events);
    }

    @Test
    public void withFsyncEverythingIsSyncedForAFin() throws Exception {
        assertAFinIsSynced(upload("fsync"));
    }

    /** At each of two exporters the content and the manifest before the file appears, and its directory before the answer. */
    private static void assertAFinIsSynced(List<String> events) {
        List<String> export = List.of("content synced", "manifest synced", "appeared", "directory synced");
        List<String> expected = new ArrayList<>(export);
        expected.addAll(export);
        expected.add("fin answered");
        List<String> seen = new ArrayList<>();
        for (String event : events) {
            // On some file systems more directories are synced before.
            boolean early = event.equals("directory synced")
                    && !seen.isEmpty()
                    && !seen.get(seen.size() - 1).equals("appeared");
            if (expected.contains(event) && !early && !(event.equals("directory synced") && seen.isEmpty())) {
                seen.add(event);
            }
        }
        assertEquals(events.toString(), expected, seen);
    }

    private List<String> upload(String durability) throws Exception {
        broker.configure("io.amphora.transfer.cfg", "durability", durability);
        assertTrue(broker.start(rules()));
        Link link = Link.connect(broker.port(), "c1");
        assertTrue(link.call("$file/f1/init", "{\"name\":\"f1.bin\"}".getBytes(UTF_8))
                .succeeded());
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < SEGMENTS; i++) {
            answers.add(link.send("$file/f1/" + i * LENGTH, new byte[LENGTH]));
        }
        for (CompletableFuture<Answer> answer : answers) {
            assertTrue(Link.await(answer).succeeded());
        }
        assertTrue(link.call("$file/f1/fin/" + SEGMENTS * LENGTH).succeeded());
        link.disconnect();
        broker.kill9();
        return Files.readAllLines(trace).stream().map(DurabilityIT::named).toList();
    }

    private String rules() {
        return rule("core.spool.SpoolEntry", "store", "AT ENTRY", "\"storing \" + $segments.size()")
                + rule("core.spool.SpoolData", "sync", "AFTER INVOKE FileChannel.force", "\"data synced\"")
                        .replace("DO ", "DO delay(20), ") // others queue up meanwhile
                + rule("core.spool.JournalFile", "append", "AFTER INVOKE FileChannel.force", "\"journal synced\"")
                        .replace("IF TRUE", "IF $entries.size() > 1") // segments, and that they are synced
                + rule("core.CommandReply", "end", "AT ENTRY", "$0.command.packet().topic().value() + \" answered\"")
                + rule("export.local.SpoolReader", "linked", "AFTER INVOKE FileChannel.force", "\"content synced\"")
                + rule("export.local.SpoolReader", "copy", "AFTER INVOKE FileChannel.force", "\"content synced\"")
                + rule(
                        "export.local.StagedFile",
                        "writeManifest",
                        "AFTER INVOKE FileChannel.force",
                        "\"manifest synced\"")
                + rule("export.local.Publication", "appeared", "AFTER INVOKE Files.move", "\"appeared\"")
                + rule("export.local.DirectorySync", "sync", "AT EXIT", "\"directory synced\"");
    }

    private String rule(String type, String method, String location, String event) {
        String project = type.startsWith("export") ? "io.amphora." : "io.amphora.transfer.";
        String action = "traceOpen(\"t\", \"" + trace + "\"), traceln(\"t\", " + event + ")";
        return "RULE " + type + "." + method + "\nCLASS " + project + type + "\nMETHOD " + method + "\n" + location
                + "\nIF TRUE\nDO " + action + "\nENDRULE\n";
    }

    private static String named(String event) {
        return event.replaceFirst("\\$file/f1/\\d+", "segment").replaceFirst("\\$file/f1/(init|fin)\\S*", "$1");
    }
}
