// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a run left in the directory of the local exporter. Immutable.
 *
 * @param once files that are there, whole, exactly once
 * @param missing files that are not there
 * @param repeated files that are there more than once
 * @param strange files of this run's clients that nobody sent, or not so
 */
record Verification(int once, int missing, int repeated, int strange) {

    /** @param clientPrefix what the client ids of the run begin with */
    static Verification of(Path exports, String clientPrefix, List<String> checksums) throws IOException {
        Map<String, Integer> counts = new HashMap<>();
        checksums.forEach(checksum -> counts.put(checksum, 0));
        int strange = 0;
        for (Path file : filesOf(exports, clientPrefix)) {
            if (counts.computeIfPresent(checksum(file), (key, count) -> count + 1) == null) {
                strange++;
            }
        }
        int once = (int) counts.values().stream().filter(count -> count == 1).count();
        int missing = (int) counts.values().stream().filter(count -> count == 0).count();
        return new Verification(once, missing, counts.size() - once - missing, strange);
    }

    private static List<Path> filesOf(Path exports, String clientPrefix) throws IOException {
        try (Stream<Path> all = Files.walk(exports)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().endsWith(".MANIFEST.json"))
                    .filter(file -> clientOf(file).startsWith(clientPrefix + "-"))
                    .toList();
        }
    }

    /** The last but two of {@code …/{client_id}/{file_id}/{name}}. */
    private static String clientOf(Path file) {
        return file.getNameCount() < 3
                ? ""
                : file.getName(file.getNameCount() - 3).toString();
    }

    private static String checksum(Path file) throws IOException {
        MessageDigest digest = Payload.newDigest();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] some = new byte[1 << 16];
            for (int n = in.read(some); n >= 0; n = in.read(some)) {
                digest.update(some, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    boolean isPerfect() {
        return missing == 0 && repeated == 0 && strange == 0;
    }
}
