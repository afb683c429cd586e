// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** The directory that the files go into. Immutable. */
record ExportRoot(Path path) {

    /**
     * Makes the directory unless it is there, and sees whether it can be written.
     *
     * @throws IOException naming the setting and the directory
     */
    static ExportRoot open(Path path) throws IOException {
        ExportRoot root = new ExportRoot(path.toAbsolutePath().normalize());
        try {
            root.make();
            Files.delete(Files.createTempDirectory(root.staging(), "probe"));
            return root;
        } catch (FileSystemException e) {
            throw new IOException("root: cannot write to " + root.path + ": " + e, e);
        }
    }

    /** Makes the directory and the one for staging unless they are there, durably. */
    void make() throws IOException {
        Path there = path;
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        Files.createDirectories(staging());
        for (Path made = path; !made.equals(there); made = made.getParent()) {
            DirectorySync.onAny().sync(made.getParent());
        }
    }

    /** Returns the identity of the directory, which another in its place does not have; empty if it is not there. */
    Optional<Object> key() throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return Optional.of(attributes.fileKey() == null ? path : attributes.fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    Path staging() {
        return path.resolve(Staging.NAME);
    }
}
