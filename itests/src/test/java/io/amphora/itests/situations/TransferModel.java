// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.situations;

import io.amphora.itests.SentFile;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * What the contract says of one transfer, and nothing of how it is done: every command returns the answer that it has to get.
 * Not thread-safe.
 */
final class TransferModel {

    /** Bytes of the largest file. */
    static final int MAX_SIZE = 4_000;

    private enum State {
        UNKNOWN,
        RECEIVING,
        FINISHED
    }

    /** What init says of a file. */
    record Meta(String json, Optional<String> checksum) {}

    /**
     * An answer.
     *
     * @param view what a status command is told, empty for others
     */
    record Answer(int code, String token, String view) {

        static final Answer SUCCESS = new Answer(0, "success", "");

        static Answer refused(int code, String token) {
            return new Answer(code, token, "");
        }
    }

    private static final Answer CONFLICT = Answer.refused(0x83, "filemeta_conflict");
    private static final Answer MISMATCH = Answer.refused(0x80, "checksum_mismatch");

    private State state = State.UNKNOWN;
    private Meta meta = new Meta("", Optional.empty());
    private final byte[] bytes = new byte[MAX_SIZE];
    private final BitSet held = new BitSet();
    private int size;

    Answer init(Meta asked) {
        if (state == State.UNKNOWN) {
            state = State.RECEIVING;
            meta = asked;
            held.clear();
            return Answer.SUCCESS;
        }
        return asked.equals(meta) ? Answer.SUCCESS : CONFLICT;
    }

    Answer store(int offset, byte[] segment, Optional<String> checksum) {
        switch (state) {
            case UNKNOWN -> {
                return Answer.refused(0x10, "unknown_transfer");
            }
            case RECEIVING -> {
                if (contradicts(checksum, segment)) {
                    return MISMATCH;
                }
                System.arraycopy(segment, 0, bytes, offset, segment.length);
                held.set(offset, offset + segment.length);
            }
            case FINISHED -> {} // acknowledged and ignored
        }
        return Answer.SUCCESS;
    }

    Answer finish(int asked, Optional<String> checksum) {
        if (state == State.UNKNOWN) {
            return Answer.refused(0x80, "unknown_transfer");
        } else if (state == State.FINISHED) {
            return asked != size ? CONFLICT : contradicts(checksum, content()) ? MISMATCH : Answer.SUCCESS;
        } else if (held.nextClearBit(0) < asked) {
            return Answer.refused(0x80, "incomplete");
        } else if (contradicts(checksum.or(() -> meta.checksum()), Arrays.copyOf(bytes, asked))) {
            return MISMATCH;
        }
        state = State.FINISHED;
        size = asked;
        return Answer.SUCCESS;
    }

    Answer abort() {
        state = state == State.FINISHED ? State.FINISHED : State.UNKNOWN;
        return Answer.SUCCESS;
    }

    Answer status() {
        return switch (state) {
            case UNKNOWN -> Answer.refused(0x10, "unknown_transfer");
            case RECEIVING -> new Answer(0, "success", "\"state\":\"receiving\",\"received\":" + ranges());
            case FINISHED -> new Answer(0, "success", "\"state\":\"finished\",\"size\":" + size + ",\"received\":[]");
        };
    }

    private String ranges() {
        StringBuilder ranges = new StringBuilder("[");
        for (int start = held.nextSetBit(0); start >= 0; start = held.nextSetBit(held.nextClearBit(start))) {
            String separator = ranges.length() > 1 ? "," : "";
            ranges.append(separator).append("[%d,%d]".formatted(start, held.nextClearBit(start)));
        }
        return ranges.append(']').toString();
    }

    private static boolean contradicts(Optional<String> checksum, byte[] content) {
        return checksum.isPresent() && !checksum.get().equals(SentFile.sha256(content));
    }

    boolean isFinished() {
        return state == State.FINISHED;
    }

    /** The file, once finished; what has come of it before. */
    byte[] content() {
        return Arrays.copyOf(bytes, isFinished() ? size : contiguousEnd());
    }

    /** Offset of the first byte that is missing. */
    int contiguousEnd() {
        return held.nextClearBit(0);
    }

    @Override
    public String toString() {
        return state + " " + meta.json() + " " + ranges() + (isFinished() ? " size " + size : "");
    }
}
