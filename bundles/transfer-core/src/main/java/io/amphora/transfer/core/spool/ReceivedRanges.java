// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import io.amphora.transfer.ByteRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The bytes of a file that are held, as ordered ranges that neither overlap nor touch. Not thread-safe. */
public final class ReceivedRanges {

    private final TreeMap<Long, Long> ends = new TreeMap<>();
    private long total;

    /** Number of bytes held. */
    public long total() {
        return total;
    }

    /** Number of separate ranges. */
    public int count() {
        return ends.size();
    }

    /** Offset behind the run of held bytes that begins with the first byte of the file. */
    public long contiguousEnd() {
        return runEnd(0);
    }

    /** Offset behind the run of held bytes that goes on from {@code offset}; {@code offset} itself if that byte is missing. */
    public long runEnd(long offset) {
        Map.Entry<Long, Long> run = ends.floorEntry(offset);
        return run == null ? offset : Math.max(offset, run.getValue());
    }

    /** Whether every byte of the range is held. */
    public boolean covers(long start, long end) {
        return runEnd(start) >= end;
    }

    /** Whether any byte of the range is held. */
    public boolean intersects(long start, long end) {
        Map.Entry<Long, Long> last = ends.lowerEntry(end);
        return start < end && last != null && last.getValue() > start;
    }

    /** Whether a range would stand by itself: it is not empty, and neither overlaps nor touches one that is held. */
    public boolean isApart(long start, long end) {
        Map.Entry<Long, Long> last = ends.floorEntry(end);
        return start < end && (last == null || last.getValue() < start);
    }

    /** Adds a range; returns the number of bytes that were not held before. */
    public long add(long start, long end) {
        if (start >= end) {
            return 0;
        }
        long before = total;
        long mergedStart = start;
        long mergedEnd = end;
        for (var run = ends.floorEntry(end); run != null && run.getValue() >= start; run = ends.floorEntry(end)) {
            mergedStart = Math.min(mergedStart, run.getKey());
            mergedEnd = Math.max(mergedEnd, run.getValue());
            take(run);
        }
        put(mergedStart, mergedEnd);
        return total - before;
    }

    /** Removes a range; returns the number of bytes that were held before. */
    public long remove(long start, long end) {
        if (start >= end) {
            return 0;
        }
        long before = total;
        for (var run = ends.lowerEntry(end); run != null && run.getValue() > start; run = ends.lowerEntry(end)) {
            take(run);
            put(end, Math.max(end, run.getValue()));
            put(Math.min(start, run.getKey()), start);
        }
        return before - total;
    }

    /** The first ranges below {@code size} that are missing, at most {@code limit} of them. */
    public List<ByteRange> missing(long size, int limit) {
        List<ByteRange> missing = new ArrayList<>();
        for (long at = contiguousEnd(); at < size && missing.size() < limit; ) {
            Long next = ends.ceilingKey(at);
            long end = next == null ? size : Math.min(next, size);
            missing.add(new ByteRange(at, end));
            at = runEnd(end);
        }
        return missing;
    }

    /** The first ranges that are held, at most {@code limit} of them. */
    public List<ByteRange> first(int limit) {
        return ends.entrySet().stream()
                .limit(limit)
                .map(run -> new ByteRange(run.getKey(), run.getValue()))
                .toList();
    }

    private void take(Map.Entry<Long, Long> run) {
        ends.remove(run.getKey());
        total -= run.getValue() - run.getKey();
    }

    private void put(long start, long end) {
        if (start < end) {
            ends.put(start, end);
            total += end - start;
        }
    }
}
