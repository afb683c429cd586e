// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells failures that come of a full disk from others, and logs them now and then instead of for every command that meets
 * one. Thread-safe.
 */
final class SpoolDisk {

    private static final Logger LOG = LoggerFactory.getLogger(SpoolDisk.class);

    /** What Linux and other systems say of bytes, of index nodes and of a user's share. */
    private static final Pattern NO_ROOM =
            Pattern.compile("no space left|not enough space|quota exceeded", Pattern.CASE_INSENSITIVE);

    /** Bytes below which a disk counts as full, whatever the system says. */
    private static final long MINIMUM = 1 << 20;

    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final SpoolPaths paths;
    private final AtomicLong nextReport = new AtomicLong(System.nanoTime());

    SpoolDisk(SpoolPaths paths) {
        this.paths = paths;
    }

    boolean isFull(IOException failure) {
        boolean full = NO_ROOM.matcher(String.valueOf(failure.getMessage())).find() || isNearlyFull();
        if (full) {
            report(failure);
        }
        return full;
    }

    private boolean isNearlyFull() {
        try {
            return paths.usableBytes() < MINIMUM;
        } catch (IOException e) {
            LOG.warn("Failed to ask for the space that is left on the spool's disk", e);
            return false;
        }
    }

    private void report(IOException failure) {
        long due = nextReport.get();
        long now = System.nanoTime();
        if (now - due >= 0 && nextReport.compareAndSet(due, now + PAUSE_NANOS)) {
            LOG.error("The spool's disk is full: clients are told to come back until there is room", failure);
        }
    }
}
