// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.core.spool.JournalEntry.Lost;
import io.amphora.transfer.core.spool.JournalEntry.Stored;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Reads stored segments back, the latest first. A segment that a later one overwrote in part cannot be checked any more:
 * what is left of it counts as lost, unless it was synced. Not thread-safe.
 */
final class SegmentVerification {

    private static final int CHUNK = 64 * 1024;

    private final FileChannel data;
    private final ReceivedRanges seen = new ReceivedRanges();
    private final List<Lost> lost = new ArrayList<>();
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);

    private SegmentVerification(FileChannel data) {
        this.data = data;
    }

    /**
     * The ranges that do not hold what was stored.
     *
     * @param stored the segments in the order of the journal
     * @param synced how many of them, the first ones, were synced
     */
    static List<Lost> run(FileChannel data, List<Stored> stored, int synced) throws IOException {
        SegmentVerification verification = new SegmentVerification(data);
        for (int i = stored.size() - 1; i >= 0; i--) {
            verification.check(stored.get(i), i < synced);
        }
        return verification.lost;
    }

    private void check(Stored segment, boolean synced) throws IOException {
        boolean overwritten = seen.intersects(segment.offset(), segment.end());
        if (overwritten ? !synced : !isIntact(segment)) {
            loseUnseen(segment);
        }
        seen.add(segment.offset(), segment.end());
    }

    private void loseUnseen(Stored segment) {
        ReceivedRanges rest = new ReceivedRanges();
        rest.add(segment.offset(), segment.end());
        for (ByteRange later : seen.first(Integer.MAX_VALUE)) {
            rest.remove(later.start(), later.end());
        }
        rest.first(Integer.MAX_VALUE).forEach(range -> lost.add(new Lost(range.start(), range.length())));
    }

    private boolean isIntact(Stored segment) throws IOException {
        CRC32C crc = new CRC32C();
        for (long at = segment.offset(); at < segment.end(); ) {
            chunk.clear().limit((int) Math.min(CHUNK, segment.end() - at));
            int read = data.read(chunk, at);
            if (read < 0) {
                return false;
            }
            crc.update(chunk.flip());
            at += read;
        }
        return (int) crc.getValue() == segment.crc();
    }
}
