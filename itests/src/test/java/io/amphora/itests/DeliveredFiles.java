// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A directory that a local exporter delivers to, as somebody sees it who picks files up there. Immutable. */
public record DeliveredFiles(Path root) {

    private static final String STAGING = ".staging";
    private static final String MANIFEST = ".MANIFEST.json";

    /** Where a file belongs, whose ids need no escapes. */
    public Path pathOf(String clientId, String fileId, String name) {
        byte[] client = clientId.getBytes(StandardCharsets.UTF_8);
        byte[] file = fileId.getBytes(StandardCharsets.UTF_8);
        ByteBuffer ids = ByteBuffer.allocate(client.length + file.length + 8)
                .putInt(client.length)
                .put(client)
                .putInt(file.length)
                .put(file);
        String key = SentFile.sha256(ids.array());
        return root.resolve(key.substring(0, 2))
                .resolve(key.substring(2, 4))
                .resolve(key.substring(4))
                .resolve(clientId)
                .resolve(fileId)
                .resolve(name);
    }

    public Path pathOf(SentFile file) {
        return pathOf(file.clientId(), file.fileId(), file.name());
    }

    /** All files that can be seen, without their manifests. */
    public List<Path> all() throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.exists(root)) {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    return directory.equals(root.resolve(STAGING))
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (!file.toString().endsWith(MANIFEST)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        return found;
    }

    /** What was begun and has not appeared. */
    public List<Path> staged() throws IOException {
        Path staging = root.resolve(STAGING);
        if (!Files.exists(staging)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(staging)) {
            return folders.toList();
        }
    }

    /** A file is where it belongs with these bytes, and its manifest says so. */
    public void assertHolds(SentFile file) throws IOException {
        assertHolds(file.clientId(), file.fileId(), file.name(), file.bytes());
        String manifest = manifest(pathOf(file));
        String metadata = new String(file.meta(), StandardCharsets.UTF_8);
        assertTrue(manifest, manifest.contains("\"seed\":" + file.seed()));
        assertTrue(manifest, manifest.contains(metadata.substring(0, metadata.indexOf(','))));
    }

    /** A file is where it belongs with these bytes, and its manifest says so. */
    public void assertHolds(String clientId, String fileId, String name, byte[] bytes) throws IOException {
        Path path = pathOf(clientId, fileId, name);
        byte[] delivered = Files.readAllBytes(path);
        assertEquals(path.toString(), bytes.length, delivered.length);
        assertArrayEquals(path.toString(), bytes, delivered);
        String manifest = manifest(path);
        for (String member : List.of(
                "\"client_id\":\"" + clientId + "\"",
                "\"file_id\":\"" + fileId + "\"",
                "\"name\":\"" + name + "\"",
                "\"size\":" + bytes.length,
                "\"sha256\":\"" + SentFile.sha256(bytes) + "\"")) {
            assertTrue(manifest + " lacks " + member, manifest.contains(member));
        }
    }

    /** The text of the manifest beside a file. */
    public static String manifest(Path file) {
        try {
            return Files.readString(file.resolveSibling(file.getFileName() + MANIFEST));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
