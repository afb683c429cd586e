// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

/** How far the upload of one file is. Confined to one thread. */
final class FileUpload {

    private final int file;
    private final Scenario scenario;
    private final FileSet files;
    private boolean initSent;
    private boolean initDone;
    private long nextOffset;
    private int unacknowledged;
    private boolean finSent;
    private boolean over;
    private boolean failed;

    FileUpload(int file, Scenario scenario, FileSet files) {
        this.file = file;
        this.scenario = scenario;
        this.files = files;
    }

    /** What to send next, or {@code null} if that depends on what is under way. */
    Command next() {
        if (failed || finSent) {
            return null;
        }
        if (!initSent) {
            initSent = true;
            return sent(files.init(file));
        }
        if (nextOffset < scenario.fileSize()) {
            return initDone || scenario.pipelined() ? nextSegment() : null;
        }
        if (unacknowledged > 0) {
            return null;
        }
        finSent = true;
        return sent(files.fin(file));
    }

    private Command nextSegment() {
        Command segment = files.segment(file, nextOffset);
        nextOffset += files.lengthAt(nextOffset);
        return sent(segment);
    }

    private Command sent(Command command) {
        unacknowledged++;
        return command;
    }

    /** The broker answered a command of this file. */
    void acknowledged(Command.Kind kind, boolean success) {
        unacknowledged--;
        failed |= !success;
        initDone |= kind == Command.Kind.INIT;
        over = kind == Command.Kind.FIN || (failed && unacknowledged == 0);
    }

    /** Whether nothing more happens to it. */
    boolean isOver() {
        return over;
    }

    boolean hasFailed() {
        return failed;
    }
}
