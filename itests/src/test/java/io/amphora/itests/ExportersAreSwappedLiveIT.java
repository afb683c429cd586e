// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.UploadLoop.Acknowledged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What an operator does with the exporters of a running broker, in the shell and in files, while devices upload. */
public class ExportersAreSwappedLiveIT {

    private static final int SOME = 20;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private RunningAmphora amphora;

    @Before
    public void start() throws Exception {
        amphora = RunningAmphora.start(folder.getRoot().toPath().resolve("data"));
    }

    @After
    public void stop() throws Exception {
        amphora.close();
    }

    @Test
    public void noFinIsLostAndNoneDoubled() throws Exception {
        DeliveredFiles first = new DeliveredFiles(amphora.exports());
        try (StoringServer web = new StoringServer();
                UploadLoop uploads = new UploadLoop("tcp://" + amphora.host() + ":" + amphora.port(), "device")) {
            uploads.awaitMore(SOME);

            DeliveredFiles second = files("second");
            amphora.shell("config:edit io.amphora.export.local~default; config:property-set root " + second.root()
                    + "; config:update");
            awaitFile(second);

            DeliveredFiles added = files("added");
            write("local-archive", "root = " + added.root());
            awaitFile(added);
            DeliveredFiles changed = files("changed");
            write("local-archive", "root = " + changed.root());
            awaitFile(changed);
            Files.delete(file("local-archive"));
            Waiting.until("the archive is gone", () -> logged("Removed the exporter archive") == 1);

            amphora.shell("feature:install amphora-export-http");
            write("http-web", "url = " + web.url());
            Waiting.until("the web server gets files", () -> web.stored().size() > SOME);

            amphora.shell("bundle:restart io.amphora.export.local; bundle:restart io.amphora.export.http");
            uploads.awaitMore(SOME);
            amphora.shell("bundle:update io.amphora.export.local; bundle:update io.amphora.export.http");
            uploads.awaitMore(SOME);

            DeliveredFiles corrected = files("corrected");
            write("local-bad", "root = " + corrected.root() + "\nselector = (((");
            Waiting.until("the mistake is named", () -> logged("selector: ") > 0);
            uploads.awaitMore(SOME);
            write("local-bad", "root = " + corrected.root());
            awaitFile(corrected);

            List<Acknowledged> files = uploads.stop();
            Set<String> onTheWeb = new HashSet<>(web.stored().values());
            assertEquals("none twice", onTheWeb.size(), web.stored().size());
            assertWhole(files, onTheWeb, List.of(first, second), List.of(added, changed), List.of(corrected));
        }
    }

    private DeliveredFiles files(String name) {
        return new DeliveredFiles(amphora.data().resolve(name));
    }

    private Path file(String name) {
        return amphora.data().resolve("etc/io.amphora.export." + name + ".cfg");
    }

    private void write(String name, String settings) throws IOException {
        Files.writeString(file(name), settings + "\n");
    }

    private static void awaitFile(DeliveredFiles files) throws Exception {
        Waiting.until("a file arrives in " + files.root(), () -> !files.all().isEmpty());
    }

    private long logged(String text) throws IOException {
        String log = Files.readString(amphora.data().resolve("log/amphora.log"));
        return Pattern.compile(Pattern.quote(text)).matcher(log).results().count();
    }

    /** Every file is somewhere, whole, and no exporter has it under two of its roots. */
    @SafeVarargs
    private static void assertWhole(List<Acknowledged> files, Set<String> onTheWeb, List<DeliveredFiles>... exporters)
            throws IOException {
        List<Path> expected = new ArrayList<>();
        for (Acknowledged file : files) {
            int owners = onTheWeb.contains(SentFile.sha256(file.file().bytes())) ? 1 : 0;
            for (List<DeliveredFiles> roots : exporters) {
                List<DeliveredFiles> found = roots.stream()
                        .filter(root -> Files.exists(root.pathOf(file.file())))
                        .toList();
                assertTrue("twice: " + file, found.size() <= 1);
                for (DeliveredFiles root : found) {
                    root.assertHolds(file.file());
                    expected.add(root.pathOf(file.file()));
                    owners++;
                }
            }
            assertTrue("lost: " + file, owners > 0);
        }
        long all = 0;
        for (List<DeliveredFiles> roots : exporters) {
            for (DeliveredFiles root : roots) {
                all += root.all().size();
            }
        }
        assertEquals(expected.size(), all);
    }
}
