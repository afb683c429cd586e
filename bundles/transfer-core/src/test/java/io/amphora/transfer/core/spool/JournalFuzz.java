// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import io.amphora.transfer.core.spool.JournalEntry.Begun;
import io.amphora.transfer.core.spool.JournalEntry.Delivered;
import io.amphora.transfer.core.spool.JournalEntry.Exported;
import io.amphora.transfer.core.spool.JournalEntry.FinAccepted;
import io.amphora.transfer.core.spool.JournalEntry.FinFailed;
import io.amphora.transfer.core.spool.JournalEntry.Verified;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Whatever stands in a journal, reading it ends: with its whole entries, to which more can be appended, or with an {@link
 * IOException}. What the entries say makes a state that can be asked.
 */
public final class JournalFuzz {

    private static final FileChannel FILE = open();

    private JournalFuzz() {}

    private static FileChannel open() {
        try {
            Path path = Files.createTempFile("fuzzed", ".journal");
            return FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Called by the fuzzer: see {@link #journal}. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        FILE.truncate(0);
        FILE.write(journal(ByteBuffer.wrap(input)), 0);
        List<JournalEntry> before = new ArrayList<>();
        TransferJournal journal;
        try {
            journal = TransferJournal.read(FILE, before::add);
        } catch (IOException e) {
            return; // as the contract says
        }
        if (isInOrder(before)) {
            SpoolState state = new SpoolState();
            before.forEach(state::apply);
            ask(state);
        }
        appendAndReadAgain(journal, before);
    }

    /** Whether a broker can have written these: they begin with the beginning, and nothing ends that was not accepted. */
    private static boolean isInOrder(List<JournalEntry> entries) {
        boolean begun = false;
        boolean accepted = false;
        for (JournalEntry entry : entries) {
            begun |= entry instanceof Begun;
            accepted |= entry instanceof FinAccepted;
            boolean end = entry instanceof FinFailed || entry instanceof Exported || entry instanceof Delivered;
            if (!begun || (end && !accepted)) {
                return false;
            }
        }
        return true;
    }

    /**
     * A journal whose bodies are the input's: each behind a byte that says how long it is, and whether its check sum is right
     * or, if the highest bit is set, wrong. What is left over stands at the end as it is.
     */
    private static ByteBuffer journal(ByteBuffer input) {
        ByteBuffer journal = ByteBuffer.allocate(10 * input.remaining());
        while (input.hasRemaining()) {
            int control = input.get();
            int length = control & 0x7F;
            if (length > input.remaining()) {
                break;
            }
            ByteBuffer body = input.slice(input.position(), length);
            input.position(input.position() + length);
            int crc = TransferJournal.crc(body.duplicate());
            journal.putInt(length).putInt(control < 0 ? ~crc : crc).put(body);
        }
        return journal.put(input).flip();
    }

    private static void ask(SpoolState state) {
        require(state.ranges().total() >= 0, "bytes held: " + state.ranges().total());
        require(state.ranges().contiguousEnd() >= 0, "contiguous end");
        var unused = state.ranges().missing(Long.MAX_VALUE, 10);
        if (state.exporting()) {
            require(state.begun().isPresent() && state.fin().isPresent(), "exported without a beginning");
        }
        state.delivery()
                .ifPresent(
                        delivery -> require(delivery.size() == state.fin().get().size(), "size"));
    }

    private static void appendAndReadAgain(TransferJournal journal, List<JournalEntry> before) throws IOException {
        List<JournalEntry> expected = new ArrayList<>(before);
        expected.add(new Verified());
        journal.append(FILE, List.of(new Verified()));
        List<JournalEntry> after = new ArrayList<>();
        TransferJournal again = TransferJournal.read(FILE, after::add);
        require(after.equals(expected), "read " + after + " instead of " + expected);
        require(again.length() == journal.length(), "ends at " + again.length() + ", not " + journal.length());
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }
}
