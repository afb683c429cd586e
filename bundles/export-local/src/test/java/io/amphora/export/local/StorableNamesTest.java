// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.FileRefusedException;
import io.amphora.transfer.spi.SmallDisk;
import io.amphora.transfer.spi.SpoolFolder;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Names that the file system, or the locale, cannot store. */
public class StorableNamesTest {

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    @Rule
    public final SmallDisk disk = SmallDisk.ofMebibytesAndFiles(1, 8);

    private final FileSystemException failure = new FileSystemException("file");

    @Test
    public void aNameThatIsTooLongIsRefusedNamingIt() throws IOException {
        Path folder = temporary.getRoot().toPath();
        String longest = "n".repeat(PathSegment.MAX_BYTES);
        StorableNames.require(folder, failure, "plain", "\u00FC", longest);
        FileRefusedException e = assertThrows(
                FileRefusedException.class, () -> StorableNames.require(folder, failure, "a", longest + "n"));
        assertTrue(e.getMessage(), e.getMessage().startsWith("the file system cannot store the name nnn"));
        assertEquals(List.of(), List.of(folder.toFile().list()));
    }

    @Test
    public void aFullDiskRefusesNoName() throws IOException {
        for (int i = 0; i < 5; i++) {
            Files.createFile(disk.root().resolve("file" + i));
        }
        Files.createDirectory(disk.root().resolve("staging"));
        IOException e = assertThrows(
                IOException.class, () -> StorableNames.require(disk.root().resolve("staging"), failure, "a"));
        assertNotEquals(FileRefusedException.class, e.getClass());
    }

    @Test
    public void withoutAUtf8LocaleTheNameIsRefusedSayingWhatToDo() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dfile.encoding=UTF-8",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Export.class.getName(),
                        temporary.getRoot().toString())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
        builder.environment().putAll(Map.of("LC_ALL", "C"));
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(printed, 0, process.waitFor());
        assertTrue(
                printed,
                printed.contains(
                        "FileRefusedException: the file system cannot store the name \u00FCber.txt: the broker "
                                + "runs without a UTF-8 locale, as LC_ALL=C.UTF-8 gives"));
    }

    /** Exports a file with a name that is not ASCII, in a process of its own. */
    static final class Export {

        private Export() {}

        public static void main(String[] arguments) throws IOException {
            Path folder = new File(arguments[0]).toPath();
            SpoolFolder spool = new SpoolFolder(Files.createDirectory(folder.resolve("spool")));
            LocalExporter exporter = LocalExporterContract.exporterInto(folder.resolve("exports"), true);
            TransferId id = new TransferId("c", "f");
            try {
                exporter.export(spool.request(id, "{\"name\":\"\u00FCber.txt\"}", new byte[10]));
            } catch (FileRefusedException e) {
                System.out.println(e);
            }
        }
    }
}
