// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.pholser.junit.quickcheck.Property;
import com.pholser.junit.quickcheck.generator.InRange;
import com.pholser.junit.quickcheck.runner.JUnitQuickcheck;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.runner.RunWith;

@RunWith(JUnitQuickcheck.class)
public class FileMetaPropertyTest {

    @Property(trials = 1_000)
    public void whatIsWrittenIsReadAgain(
            String name,
            @InRange(min = "0") long size,
            boolean checksum,
            Optional<@InRange(min = "0") Long> expireAt,
            Optional<@InRange(min = "0") Long> segmentsTtl,
            String userData)
            throws Exception {
        assumeTrue(isSafe(name));
        FileMeta meta = new FileMeta(
                new SafeName(name),
                OptionalLong.of(size),
                checksum ? Optional.of(new TransferId("c", "f").key()) : Optional.empty(),
                expireAt.map(OptionalLong::of).orElseGet(OptionalLong::empty),
                segmentsTtl.map(OptionalLong::of).orElseGet(OptionalLong::empty),
                Optional.of(quoted(userData)));
        assertEquals(meta, FileMeta.parse(meta.toJson().getBytes(UTF_8)));
    }

    @Property(trials = 1_000)
    public void noBytesDoMoreThanBeRefused(byte[] json) {
        assertTrue(messageFor(json).lines().count() <= 1);
    }

    private static String messageFor(byte[] json) {
        try {
            return FileMeta.parse(json).toJson();
        } catch (InvalidFileMetaException e) {
            return e.getMessage();
        }
    }

    private static boolean isSafe(String name) {
        try {
            new SafeName(name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String quoted(String text) throws IOException {
        StringWriter json = new StringWriter();
        try (JsonGenerator generator = new JsonFactory().createGenerator(json)) {
            generator.writeString(UTF_8.decode(UTF_8.encode(text)).toString());
        }
        return json.toString();
    }
}
