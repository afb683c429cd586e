// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import io.amphora.itests.DeliveredFiles;
import io.amphora.itests.SentFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The directories that files are delivered to. Thread-safe. */
final class Exports {

    private final List<DeliveredFiles> directories;
    private final Violations violations;

    Exports(List<Path> roots, Violations violations) {
        this.directories = roots.stream().map(DeliveredFiles::new).toList();
        this.violations = violations;
    }

    /** Whether every exporter has the file. */
    boolean haveAll(Upload upload) {
        return directories.stream().allMatch(directory -> Files.exists(path(directory, upload)));
    }

    /** Whether any exporter has the file. */
    boolean haveAny(Upload upload) {
        return directories.stream().anyMatch(directory -> Files.exists(path(directory, upload)));
    }

    private static Path path(DeliveredFiles directory, Upload upload) {
        return directory.pathOf(upload.clientId(), upload.fileId(), upload.name());
    }

    /** The client was told that the file is delivered. */
    void delivered(Upload upload) throws IOException {
        upload.become(upload.expires() ? Upload.Stage.EXPIRED : Upload.Stage.DELIVERED);
        if (!upload.expires()) {
            checkDelivered(upload);
        }
    }

    /** The file is at every exporter, with its bytes and its manifest. */
    void checkDelivered(Upload upload) throws IOException {
        for (DeliveredFiles directory : directories) {
            Path path = path(directory, upload);
            if (Files.exists(path)) {
                check(upload, path);
            } else {
                violations.add(upload + " is missing: " + path);
            }
        }
    }

    /** All that can be seen is whole, and was finished by its client. */
    void checkVisible(Collection<Upload> uploads) throws IOException {
        for (DeliveredFiles directory : directories) {
            Map<Path, Upload> expected = new HashMap<>();
            uploads.forEach(upload -> expected.put(path(directory, upload), upload));
            for (Path path : directory.all()) {
                Upload upload = expected.get(path);
                if (upload == null) {
                    violations.add("nobody has sent " + path);
                } else {
                    violations.check(upload.finWasSent(), upload + " was never finished, and is there: " + path);
                    check(upload, path);
                }
            }
        }
    }

    private void check(Upload upload, Path path) throws IOException {
        try {
            byte[] bytes = Files.readAllBytes(path);
            upload.contradiction(bytes).ifPresent(what -> violations.add(upload + ": " + what + ": " + path));
            String manifest = Files.readString(path.resolveSibling(path.getFileName() + ".MANIFEST.json"));
            for (String member : List.of(
                    "\"size\":" + bytes.length,
                    "\"sha256\":\"" + SentFile.sha256(bytes) + "\"",
                    "\"file_id\":\"" + upload.fileId() + "\"",
                    "\"seed\":" + upload.content().seed())) {
                violations.check(
                        manifest.contains(member), upload + ": the manifest lacks " + member + ": " + manifest);
            }
            violations.check(manifest.endsWith("}\n"), upload + ": a torn manifest: " + manifest);
        } catch (NoSuchFileException e) {
            violations.check(upload.expires(), upload + ": file or manifest is missing: " + e.getMessage());
        }
    }

    /** What is being put together, or was left of that. */
    boolean isAnythingStaged() throws IOException {
        for (DeliveredFiles directory : directories) {
            if (!directory.staged().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Lets an exporter fail, or no longer. */
    void obstruct(int exporter, boolean obstructed) throws IOException {
        Path staging = directories.get(exporter).root().resolve(".staging");
        Path aside = staging.resolveSibling(".staging.aside");
        if (obstructed) {
            Files.move(staging, aside);
            Files.createFile(staging);
        } else if (Files.exists(aside)) {
            Files.delete(staging);
            Files.move(aside, staging);
        }
    }
}
