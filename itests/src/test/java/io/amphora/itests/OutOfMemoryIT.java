// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The Java heap is exhausted: the process ends, and says what to do; it starts again if that was asked for. */
public final class OutOfMemoryIT {

    /** Asks for more than there is. */
    private static final String EXHAUST = "shell:new java.util.ArrayList 2000000000";

    private static final int EXHAUSTED = 3;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void theLastLineSaysWhyItEndedAndWhatToDo() throws Exception {
        Path dumps = folder.getRoot().toPath().resolve("dumps");
        Path data = folder.newFolder("data of a broker").toPath();
        try (RunningAmphora amphora = RunningAmphora.start(data, Map.of("AMPHORA_HEAP_DUMP", dumps.toString()))) {
            assertThrows(IOException.class, () -> amphora.shell(EXHAUST));
            assertTrue(amphora.awaitEnd(Duration.ofMinutes(1)));
            assertEquals(EXHAUSTED, amphora.exitCode());
            List<String> log = Files.readAllLines(amphora.log());
            String last = log.get(log.size() - 1);
            assertTrue(last, last.contains("Out of memory: the Java heap of at most 512 MiB is exhausted"));
            assertTrue(last, last.contains("AMPHORA_HEAP=1024m"));
            assertTrue(last, last.endsWith("The heap dump is " + onlyFile(dumps)));
            assertTrue(amphora.output(), amphora.output().contains(last.substring(last.indexOf("Out of memory"))));
        }
    }

    @Test
    public void withRestartItStartsAgain() throws Exception {
        Path data = folder.newFolder().toPath();
        try (RunningAmphora amphora =
                RunningAmphora.start(data, Map.of(), "--restart", "--port", "0", "--ssh-port", "0")) {
            assertThrows(IOException.class, () -> amphora.shell(EXHAUST));
            Waiting.until("it has started again", () -> amphora.output().split("Amphora is ready", -1).length == 3);
            assertTrue(amphora.output(), amphora.output().contains("No heap dump was written"));
            assertTrue(amphora.output(), amphora.output().contains("starting again in 1 s"));
            new Socket(InetAddress.getLoopbackAddress(), amphora.port()).close();
            assertEquals(0, amphora.stop());
        }
    }

    private static Path onlyFile(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertEquals(all.toString(), 1, all.size());
            return all.get(0);
        }
    }
}
