// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import java.util.ArrayList;
import java.util.List;

/**
 * The files of a run, with every checksum that will be sent made before the clock starts. Confined to one thread.
 */
final class FileSet {

    private final Scenario scenario;
    private final Payload payload;
    private final List<String> checksums = new ArrayList<>();
    private final List<List<String>> segmentChecksums = new ArrayList<>();
    private int next;

    FileSet(Scenario scenario, long run) {
        this.scenario = scenario;
        this.payload = new Payload(run, scenario.segmentSize());
        for (int file = 0; file < scenario.files(); file++) {
            checksums.add(payload.checksum(file, scenario.fileSize()));
            segmentChecksums.add(scenario.segmentChecksums() ? checksumsOfSegments(file) : List.of());
        }
    }

    private List<String> checksumsOfSegments(int file) {
        List<String> all = new ArrayList<>();
        for (long offset = 0; offset < scenario.fileSize(); offset += scenario.segmentSize()) {
            all.add(payload.checksum(file, offset, lengthAt(offset)));
        }
        return all;
    }

    /** SHA-256 of every file, in hex. */
    List<String> checksums() {
        return checksums;
    }

    /** The next file that nobody uploads yet, or {@code null}. */
    FileUpload next() {
        return next == scenario.files() ? null : new FileUpload(next++, scenario, this);
    }

    int lengthAt(long offset) {
        return (int) Math.min(scenario.segmentSize(), scenario.fileSize() - offset);
    }

    String checksum(int file) {
        return checksums.get(file);
    }

    Command init(int file) {
        String checksum =
                scenario.checksum() == Scenario.Checksum.INIT ? ",\"checksum\":\"" + checksums.get(file) + "\"" : "";
        return Command.init(file, "{\"name\":\"file.bin\",\"size\":" + scenario.fileSize() + checksum + "}");
    }

    Command segment(int file, long offset) {
        String checksum = scenario.segmentChecksums()
                ? "/" + segmentChecksums.get(file).get((int) (offset / scenario.segmentSize()))
                : "";
        return Command.segment(file, offset + checksum, payload.segment(file, offset, lengthAt(offset)));
    }

    Command fin(int file) {
        String checksum = scenario.checksum() == Scenario.Checksum.FIN ? "/" + checksums.get(file) : "";
        return Command.fin(file, scenario.fileSize() + checksum);
    }
}
