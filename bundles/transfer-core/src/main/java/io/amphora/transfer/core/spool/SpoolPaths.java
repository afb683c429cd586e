// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import io.amphora.transfer.TransferId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where the files of a spool are: {@code {root}/{2 hex digits}/{64 hex digits}.data} and {@code .journal}. Immutable. */
final class SpoolPaths {

    static final int FOLDERS = 256;

    private static final String JOURNAL = ".journal";
    private static final String DATA = ".data";

    private final Path root;

    SpoolPaths(Path root) {
        this.root = root;
    }

    /** Makes the folders that are missing. */
    void createFolders() throws IOException {
        for (int i = 0; i < FOLDERS; i++) {
            Files.createDirectories(folder(i));
        }
    }

    private Path folder(int number) {
        return root.resolve(String.format("%02x", number));
    }

    /** Makes the names in a folder survive the machine. */
    static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Bytes that can still be written to the disk. */
    long usableBytes() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }

    /** The journal of a transfer. */
    Path journal(TransferId id) {
        String key = id.key().hex();
        return root.resolve(key.substring(0, 2)).resolve(key + JOURNAL);
    }

    /** The data file that belongs to a journal. */
    Path dataOf(Path journal) {
        return withSuffix(journal, DATA);
    }

    /** The journal that a data file, or a copy of one, belongs to. */
    Path journalOf(Path data) {
        return withSuffix(data, JOURNAL);
    }

    private static Path withSuffix(Path path, String suffix) {
        String name = path.getFileName().toString();
        return path.resolveSibling(name.substring(0, name.indexOf('.')) + suffix);
    }

    /** Number of the folder that a file of the spool lies in. */
    int folderOf(Path path) {
        return Integer.parseInt(path.getFileName().toString().substring(0, 2), 16);
    }

    /** What to do with each file of a folder. */
    interface Visitor {
        void visit(Path path) throws IOException;
    }

    /** Visits the journals of a folder. */
    void forEachJournal(int folder, Visitor visitor) throws IOException {
        forEach(folder, "*" + JOURNAL, visitor);
    }

    /** Visits the data files of a folder and copies of them. */
    void forEachData(int folder, Visitor visitor) throws IOException {
        forEach(folder, "*" + DATA + "*", visitor);
    }

    /** When a journal was last written, in milliseconds since 1970; 0 if there is none. Looks at each of them. */
    long newestJournal() throws IOException {
        long[] newest = new long[1];
        for (int folder = 0; folder < FOLDERS; folder++) {
            forEachJournal(
                    folder,
                    path -> newest[0] =
                            Math.max(newest[0], Files.getLastModifiedTime(path).toMillis()));
        }
        return newest[0];
    }

    private void forEach(int folder, String glob, Visitor visitor) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder(folder), glob)) {
            for (Path file : files) {
                visitor.visit(file);
            }
        }
    }
}
