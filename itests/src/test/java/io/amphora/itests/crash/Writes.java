// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What was written to one file, and so what each of its bytes may be: the last acknowledged write counts, and one that
 * was not acknowledged may have been carried out or not. Guarded by its {@link Upload}.
 */
final class Writes {

    /** One segment that was sent. */
    static final class Write {

        private final int offset;
        private final int end;
        private final int version;
        private final int process;
        private boolean acknowledged;
        private boolean late;

        private Write(int offset, int end, int version, int process) {
            this.offset = offset;
            this.end = end;
            this.version = version;
            this.process = process;
        }

        private boolean covers(int at) {
            return offset <= at && at < end;
        }
    }

    private final int size;
    private final List<Write> writes = new ArrayList<>();

    Writes(int size) {
        this.size = size;
    }

    /** @param process number of the broker's process that it goes to */
    Write sent(int offset, int end, int version, int process) {
        Write write = new Write(offset, end, version, process);
        writes.add(write);
        return write;
    }

    void acknowledged(Write write) {
        write.acknowledged = true;
    }

    /** The connection has gone: what was not acknowledged may be carried out at any time while the process lives. */
    void connectionLost() {
        writes.forEach(write -> write.late = !write.acknowledged);
    }

    /** Whether nothing that was sent can still be on its way. */
    boolean isSettled() {
        return writes.stream().allMatch(write -> write.acknowledged);
    }

    /** Whether every byte of a range was acknowledged. */
    boolean isAcknowledged(int start, int end) {
        boolean[] held = acknowledged();
        for (int at = start; at < end; at++) {
            if (!held[at]) {
                return false;
            }
        }
        return true;
    }

    /** Which bytes have to be there. */
    boolean[] acknowledged() {
        boolean[] held = new boolean[size];
        for (Write write : writes) {
            if (write.acknowledged) {
                Arrays.fill(held, write.offset, write.end, true);
            }
        }
        return held;
    }

    /** The versions that each byte may have, as bits; 0 where nothing was sent. */
    byte[] possible() {
        byte[] possible = new byte[size];
        List<Write> open = new ArrayList<>();
        for (Write write : writes) {
            byte bit = (byte) (1 << write.version);
            for (int at = write.offset; at < write.end; at++) {
                possible[at] = write.acknowledged ? bit : (byte) (possible[at] | bit);
            }
            if (write.acknowledged) {
                open.forEach(earlier -> mayComeAfter(earlier, write, possible));
            } else if (write.late) {
                open.add(write);
            }
        }
        return possible;
    }

    private static void mayComeAfter(Write late, Write write, byte[] possible) {
        if (late.process != write.process) {
            return;
        }
        int end = Math.min(late.end, write.end);
        for (int at = Math.max(late.offset, write.offset); at < end; at++) {
            possible[at] |= (byte) (1 << late.version);
        }
    }

    /** The first {@code length} bytes, if there is no doubt about any. */
    Optional<byte[]> certain(Content content, int length) {
        byte[] possible = possible();
        byte[] bytes = new byte[length];
        byte[][] versions = versions(content);
        for (int at = 0; at < length; at++) {
            if (Integer.bitCount(possible[at] & 0xFF) != 1) {
                return Optional.empty();
            }
            bytes[at] = versions[Integer.numberOfTrailingZeros(possible[at] & 0xFF)][at];
        }
        return Optional.of(bytes);
    }

    /** The first byte that is none of those that it may be. */
    Optional<String> contradiction(Content content, byte[] found) {
        byte[] possible = possible();
        byte[][] versions = versions(content);
        for (int at = 0; at < found.length; at++) {
            if (!matches(possible[at] & 0xFF, versions, at, found[at])) {
                int position = at;
                return Optional.of("byte " + at + " of " + found.length + " is of none of the versions "
                        + Integer.toBinaryString(possible[at] & 0xFF) + "; written there: "
                        + writes.stream()
                                .filter(write -> write.covers(position))
                                .map(Writes::describe)
                                .toList());
            }
        }
        return Optional.empty();
    }

    private static boolean matches(int possible, byte[][] versions, int at, byte found) {
        for (int version = 0; version < Content.VERSIONS; version++) {
            if ((possible & 1 << version) != 0 && versions[version][at] == found) {
                return true;
            }
        }
        return false;
    }

    private byte[][] versions(Content content) {
        int used = writes.stream().mapToInt(write -> 1 << write.version).reduce(0, (a, b) -> a | b);
        byte[][] versions = new byte[Content.VERSIONS][];
        for (int version = 0; version < Content.VERSIONS; version++) {
            if ((used & 1 << version) != 0) {
                versions[version] = content.bytes(version);
            }
        }
        return versions;
    }

    private static String describe(Write write) {
        return "[" + write.offset + ", " + write.end + ") v" + write.version
                + (write.acknowledged ? " acknowledged" : "");
    }
}
