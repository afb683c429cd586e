// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.Fuzzing;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.core.spool.JournalEntry.Begun;
import io.amphora.transfer.core.spool.JournalEntry.Delivered;
import io.amphora.transfer.core.spool.JournalEntry.Exported;
import io.amphora.transfer.core.spool.JournalEntry.FinAccepted;
import io.amphora.transfer.core.spool.JournalEntry.FinFailed;
import io.amphora.transfer.core.spool.JournalEntry.Lost;
import io.amphora.transfer.core.spool.JournalEntry.Stored;
import io.amphora.transfer.core.spool.JournalEntry.Verified;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class JournalFuzzTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void anyJournalIsReadOrIsRefused() throws Exception {
        Begun begun = new Begun(new TransferId("c", "f"), FileMeta.parse("{\"name\":\"n\"}".getBytes(UTF_8)));
        FinAccepted fin = new FinAccepted(5, Sha256.digestOf(ByteBuffer.wrap(new byte[5])));
        Exported exported = new Exported("main", URI.create("file:///a"));
        new Fuzzing(folder)
                .from(journal(begun, new Stored(0, 3, 1), new Stored(3, 2, 1), fin, exported, new Delivered(1)))
                .from(journal(begun, new Stored(9, 3, 1), new Lost(10, 1), new Verified(), fin, new FinFailed()))
                .from(journal(begun, fin, exported, new FinFailed(), fin))
                .upTo(200)
                .search(JournalFuzz.class, 5);
    }

    @Test
    public void whatWasFoundOnceIsFoundNoMore() throws Exception {
        JournalFuzz.fuzzerTestOneInput(new byte[] {(byte) 0x81, 0, 2, 0x7F, 0, (byte) 0xCF});
    }

    private static byte[] journal(JournalEntry... entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (JournalEntry entry : entries) {
            ByteBuffer encoded = JournalCodec.encode(entry);
            byte[] body = new byte[encoded.remaining()];
            encoded.get(body);
            bytes.write(body.length);
            bytes.writeBytes(body);
        }
        return bytes.toByteArray();
    }
}
