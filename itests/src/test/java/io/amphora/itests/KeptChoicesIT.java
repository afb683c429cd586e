// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What operators choose in the shell outlives Karaf's cache, and is written whole. */
public final class KeptChoicesIT {

    private static final String PID = "io.amphora.export.local";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void featuresThatWereInstalledAndRemovedAreSoWithANewCache() throws Exception {
        Path data = folder.newFolder("data").toPath();
        try (RunningAmphora amphora = RunningAmphora.start(data)) {
            amphora.shell("feature:install amphora-export-http\nfeature:uninstall amphora-export-local");
        }
        // The machine stopped; then another distribution was put in place.
        for (List<String> state : List.of(List.of("1 1", "another boot"), List.of("another", "synced"))) {
            Files.write(data.resolve("karaf/cache.state"), state);
            Files.writeString(data.resolve("etc/.distribution"), state.get(0) + "\n");
            try (RunningAmphora amphora = RunningAmphora.start(data)) {
                assertTrue(amphora.output(), amphora.output().contains("it is made anew"));
                Waiting.until("both are as they were", () -> {
                    String installed = amphora.shell("feature:list -i");
                    return installed.contains("amphora-export-http") && !installed.contains("amphora-export-local");
                });
                assertFalse(amphora.shell("bundle:list -s").contains(PID));
            }
        }
    }

    @Test
    public void theShellReplacesFilesOfSettings() throws Exception {
        Path data = folder.newFolder("data").toPath();
        Path file = data.resolve("etc/" + PID + "-x.cfg");
        try (RunningAmphora amphora = RunningAmphora.start(data)) {
            amphora.shell("config:edit --factory --alias x " + PID + "\nconfig:property-set exporter.name x\n"
                    + "config:update");
            Files.writeString(file, "# ours\n" + Files.readString(file));
            Object before = Files.getAttribute(file, "unix:ino");
            amphora.shell("config:edit '(exporter.name=x)'\nconfig:property-set selector '(client_id=a)'\n"
                    + "config:update");
            assertNotEquals("not written in place", before, Files.getAttribute(file, "unix:ino"));
            String text = Files.readString(file);
            assertTrue(text, text.contains("# ours"));
            assertTrue(text, text.contains("selector = (client_id=a)"));
            assertFalse(text, text.contains("felix.fileinstall.filename"));
        }
    }

    @Test
    public void aCacheThatWasSyncedIsKeptOverABoot() throws Exception {
        Path data = folder.newFolder("data").toPath();
        RunningAmphora.start(data).close();
        Object before = Files.getAttribute(data.resolve("karaf/cache"), "unix:ino");
        RunningAmphora.start(data, Map.of("AMPHORA_BOOT_ID", "another")).close();
        assertEquals(before, Files.getAttribute(data.resolve("karaf/cache"), "unix:ino"));
    }
}
