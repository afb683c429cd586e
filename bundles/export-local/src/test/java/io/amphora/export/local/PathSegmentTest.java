// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import com.pholser.junit.quickcheck.Property;
import com.pholser.junit.quickcheck.generator.InRange;
import com.pholser.junit.quickcheck.runner.JUnitQuickcheck;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.HostileIds;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.Test;
import org.junit.runner.RunWith;

/** Situation 6 of the protocol. */
@RunWith(JUnitQuickcheck.class)
public class PathSegmentTest {

    private static final Path ROOT = Path.of("/exports");

    /** What is special somewhere, and the digits that escapes are made of. */
    private static final List<String> PIECES = List.of(
            ".",
            "/",
            "%",
            "~",
            "-",
            "2",
            "E",
            "F",
            "\\",
            ":",
            " ",
            "a",
            "\0",
            "\u0085",
            "\u2028",
            "\u00E9",
            "\uD83C\uDF1A",
            "%~",
            "%2E",
            "x".repeat(188),
            "\u4E2D".repeat(63));

    @Test
    public void ordinaryIdsStayAsTheyAre() {
        for (String id :
                List.of("device-1", "a b", "a.b", "sensor~7", "\u4E2D\u6587", "\uD83C\uDF1A", "n".repeat(255))) {
            assertEquals(id, PathSegment.of(id).value());
        }
    }

    @Test
    public void whatCouldBeTakenForSomethingElseIsEscaped() {
        assertEquals("%2E", PathSegment.of(".").value());
        assertEquals("%2E%2E", PathSegment.of("..").value());
        assertEquals("%2E.%2F.%2E", PathSegment.of("../..").value());
        assertEquals("%2Fetc%2Fpasswd", PathSegment.of("/etc/passwd").value());
        assertEquals("%2Ehidden", PathSegment.of(".hidden").value());
        assertEquals("%2Drf", PathSegment.of("-rf").value());
        assertEquals("%20a%20", PathSegment.of(" a ").value());
        assertEquals("100%25", PathSegment.of("100%").value());
        assertEquals("a%0Ab%C2%85", PathSegment.of("a\nb\u0085").value());
        assertEquals("C%3A%5C", PathSegment.of("C:\\").value());
    }

    @Test
    public void anIdTooLongIsCutAndClosedByItsHash() {
        String segment = PathSegment.of("n".repeat(256)).value();
        assertEquals(PathSegment.MAX_BYTES, segment.length());
        assertTrue(segment, segment.startsWith("n".repeat(189) + "%~"));
        assertNotEquals(segment, PathSegment.of("n".repeat(257)).value());
    }

    @Property(trials = 200)
    public void anyIdsStayInTheirOwnDirectory(String clientId, String fileId) {
        assertInside(clientId + "c", fileId + "f");
    }

    @Property(trials = 500)
    public void trickyIdsStayInTheirOwnDirectory(List<@InRange(minInt = 0, maxInt = 20) Integer> pieces) {
        assertInside(pieced(pieces) + ".", "." + pieced(pieces));
    }

    @Test
    public void hostileIdsStayInTheirOwnDirectory() {
        for (TransferId id : HostileIds.all()) {
            assertInside(id.clientId(), id.fileId());
        }
    }

    @Property(trials = 500)
    public void theIdCanBeReadFromTheSegment(List<@InRange(minInt = 0, maxInt = 20) Integer> pieces) {
        String id = pieced(pieces);
        String segment = PathSegment.of(id).value();
        int cut = segment.indexOf("%~");
        String read = decoded(cut < 0 ? segment : segment.substring(0, cut));
        assertTrue(segment, cut < 0 ? read.equals(id) : id.startsWith(read));
    }

    private static void assertInside(String clientId, String fileId) {
        DeliveryPath path = DeliveryPath.of(new TransferId(clientId, fileId));
        Path files = path.files(path.own(ROOT));
        assertEquals(files, files.normalize());
        assertTrue(files.startsWith(ROOT));
        assertEquals(ROOT.getNameCount() + DeliveryPath.DEPTH, files.getNameCount());
        for (Path level : files) {
            String name = level.toString();
            assertTrue(name, name.getBytes(UTF_8).length <= PathSegment.MAX_BYTES);
            assertTrue(name, name.chars().noneMatch(Character::isISOControl));
        }
    }

    private static String pieced(List<Integer> pieces) {
        StringBuilder id = new StringBuilder();
        pieces.stream().limit(40).map(PIECES::get).forEach(id::append);
        return id.toString();
    }

    private static String decoded(String segment) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] encoded = segment.getBytes(UTF_8);
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] == '%') {
                bytes.write(Integer.parseInt(new String(encoded, i + 1, 2, UTF_8), 16));
                i += 2;
            } else {
                bytes.write(encoded[i]);
            }
        }
        return bytes.toString(UTF_8);
    }
}
