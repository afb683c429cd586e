// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.FileMeta;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferView;
import io.amphora.transfer.core.command.FileCommand.Finish;
import io.amphora.transfer.core.command.Outcome;
import io.amphora.transfer.core.command.Reason;
import io.amphora.transfer.core.spool.SpoolEntry;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Segments come in. */
record Receiving(Transfer transfer, SpoolEntry entry) implements TransferState {

    private static final int NAMED_RANGES = 5;
    private static final long DIGEST_STEP = 8 << 20;

    @Override
    public Outcome init(FileMeta meta) throws IOException {
        return transfer.repeatedInit(entry, meta);
    }

    @Override
    public void store(List<SegmentTask> segments) {
        List<SegmentTask> sound = new ArrayList<>(segments.size());
        long reserved = 0;
        for (SegmentTask task : segments) {
            Optional<Outcome> refusal = refusal(task);
            if (refusal.isPresent()) {
                task.reply().end(refusal.get());
            } else {
                sound.add(task);
                reserved += task.length();
            }
        }
        Outcome outcome = store(sound, reserved);
        sound.forEach(task -> task.reply().end(outcome));
    }

    private Outcome store(List<SegmentTask> sound, long reserved) {
        try {
            entry.store(sound.stream().map(SegmentTask::segment).toList());
            return Outcome.SUCCESS;
        } catch (IOException e) {
            return transfer.failure("store segments", e);
        } finally {
            transfer.space().release(reserved); // what was really stored is counted by the spool
        }
    }

    /** Why a segment is not stored; if there is no reason, space for it is reserved. */
    private Optional<Outcome> refusal(SegmentTask task) {
        if (task.command().end() > transfer.settings().maximumFileSize()) {
            return Optional.of(transfer.tooLarge());
        }
        if (entry.rangeCount() >= transfer.settings().maximumRanges() && entry.isApart(task.segment())) {
            return Optional.of(Outcome.full("too many separate ranges, fill the gaps first"));
        }
        if (!isSound(task)) {
            return Optional.of(Outcome.of(Reason.CHECKSUM_MISMATCH, "the segment's bytes have another SHA-256"));
        }
        return transfer.tooFast(task.length()).or(() -> transfer.noRoom(task.length()));
    }

    private static boolean isSound(SegmentTask task) {
        Optional<Sha256> expected = task.command().checksum();
        return expected.isEmpty()
                || Sha256.digestOf(task.command().bytes().duplicate()).equals(expected.get());
    }

    @Override
    public void finish(Finish command, Reply reply) throws IOException {
        if (command.size() > transfer.settings().maximumFileSize()) {
            reply.end(transfer.tooLarge());
            return;
        }
        List<ByteRange> missing = entry.missing(command.size(), NAMED_RANGES);
        if (!missing.isEmpty()) {
            reply.end(Outcome.of(Reason.INCOMPLETE, "missing, first of all, bytes " + missing));
            return;
        }
        Sha256 digest = entry.digest(command.size());
        Optional<Sha256> expected = command.checksum().or(() -> entry.meta().checksum());
        if (expected.isPresent() && !expected.get().equals(digest)) {
            reply.end(Outcome.of(Reason.CHECKSUM_MISMATCH, "the file's bytes have the SHA-256 " + digest));
            return;
        }
        entry.acceptFin(command.size(), digest);
        transfer.export(entry, Optional.of(reply));
    }

    /** Whether bytes that came out of order wait to be digested. */
    boolean isDigestBehind() {
        return entry.isDigestBehind();
    }

    /** Digests some of them. */
    void catchUpDigest() throws IOException {
        entry.catchUpDigest(DIGEST_STEP);
    }

    @Override
    public Outcome abort() throws IOException {
        transfer.discard(entry);
        return Outcome.SUCCESS;
    }

    @Override
    public Outcome status() {
        return transfer.statusOf(entry, TransferView.State.RECEIVING);
    }

    @Override
    public void expire(Instant now) throws IOException {
        transfer.expire(entry, now);
    }

    @Override
    public boolean isIdle() {
        return entry.isSettled();
    }

    @Override
    public void close() {
        entry.close();
    }
}
