// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.situations;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** Situations 7 to 14, and 25: a transfer begins and its segments come in. */
@RunWith(Parameterized.class)
public final class SegmentSituations {

    @ClassRule
    public static final SharedBroker BROKER = new SharedBroker();

    private final Form form;

    public SegmentSituations(Form form) {
        this.form = form;
    }

    @Parameterized.Parameters(name = "{0}")
    public static Form[] forms() {
        return Form.values();
    }

    private Device device(String clientId) throws IOException {
        return BROKER.device(clientId + form, form);
    }

    private static String sha256(String text) {
        return Sha256.digestOf(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)))
                .hex();
    }

    private static void assertReceived(String ranges, Device device) throws IOException {
        String view = device.status("f");
        assertTrue(view, view.endsWith("\"received\":" + ranges));
    }

    private static void assertDelivered(String text, Device device) throws IOException {
        device.ok("f/fin/" + text.length() + "/" + sha256(text), "");
        assertEquals(text, new String(BROKER.delivered(device.clientId(), "f", "n"), StandardCharsets.UTF_8));
    }

    @Test
    public void situation07InitAgainWithTheSameMetadataSucceeds() throws Exception {
        try (Device device = device("s07")) {
            device.ok("f/init", "{\"name\":\"n\",\"size\":3,\"user_data\":{\"a\":1}}");
            device.ok("f/0", "abc");
            device.ok("f/init", " { \"user_data\":{\"a\" : 1}, \"size\":3, \"unknown\":0, \"name\":\"n\" } ");
            assertReceived("[[0,3]]", device);
            assertDelivered("abc", device);
        }
    }

    @Test
    public void situation08InitAgainWithOtherMetadataChangesNothing() throws Exception {
        try (Device device = device("s08")) {
            device.init("f", "n");
            device.ok("f/0", "abc");
            device.refused(0x83, "filemeta_conflict", "f/init", "{\"name\":\"other\"}");
            device.refused(0x83, "filemeta_conflict", "f/init", "{\"name\":\"n\",\"size\":3}");
            device.ok("f/3", "def");
            assertDelivered("abcdef", device);
        }
    }

    @Test
    public void situation09ASegmentWithoutInitBeginsAgain() throws Exception {
        try (Device device = device("s09")) {
            device.refused(0x10, "unknown_transfer", "f/0", "abc");
            device.refused(0x10, "unknown_transfer", "f/status", "");
            device.refused(0x80, "unknown_transfer", "f/fin/3", "");
            device.init("f", "n");
            assertReceived("[]", device);
        }
    }

    @Test
    public void situation10TheSameSegmentAgainIsNotWrittenTwice() throws Exception {
        try (Device device = device("s10")) {
            device.init("f", "n");
            device.ok("f/0", "abc");
            device.ok("f/0", "abc");
            device.ok("f/1", "bc");
            device.repeated("f/0", "abc");
            assertReceived("[[0,3]]", device);
            assertDelivered("abc", device);
        }
    }

    @Test
    public void situation11TheLaterBytesWin() throws Exception {
        try (Device device = device("s11")) {
            device.init("f", "n");
            device.ok("f/0", "aaaa");
            device.ok("f/6", "bbbb");
            device.ok("f/3", "cccc");
            device.ok("f/0", "d");
            device.ok("f/8", "BBBB");
            assertReceived("[[0,12]]", device);
            assertDelivered("daaccccbBBBB", device);
        }
    }

    @Test
    public void situation12AnEmptySegmentChangesNothing() throws Exception {
        try (Device device = device("s12")) {
            device.init("f", "n");
            device.ok("f/0", "");
            device.ok("f/9223372036854775807", "");
            device.ok("f/7/" + sha256(""), "");
            assertReceived("[]", device);
            device.ok("f/0", "abc");
            device.ok("f/1", "");
            assertReceived("[[0,3]]", device);
            assertDelivered("abc", device);
        }
    }

    @Test
    public void situation13NothingIsKeptOfASegmentWithAWrongChecksum() throws Exception {
        try (Device device = device("s13")) {
            device.init("f", "n");
            device.ok("f/0", "abc");
            device.refused(0x80, "checksum_mismatch", "f/1/" + sha256("no"), "XXXX");
            assertReceived("[[0,3]]", device);
            device.ok("f/3/" + sha256("def").toUpperCase(java.util.Locale.ROOT), "def");
            assertDelivered("abcdef", device);
        }
    }

    @Test
    public void situation14SegmentsComeInAnyOrderAndSize() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] bytes = bytes(random, 300_000);
        Device first = device("s14");
        first.init("f", "n");
        List<Segment> some = cut(random, bytes.length, 9_000);
        for (Segment segment : some.subList(0, some.size() / 2)) {
            first.ok("f/" + segment.start(), Arrays.copyOfRange(bytes, segment.start(), segment.end()));
        }
        first.vanish();
        try (Device again = device("s14")) {
            for (Segment segment : cut(random, bytes.length, 20_000)) {
                again.ok("f/" + segment.start(), Arrays.copyOfRange(bytes, segment.start(), segment.end()));
            }
            again.ok("f/fin/" + bytes.length, "");
            assertArrayEquals("seed " + seed, bytes, BROKER.delivered(again.clientId(), "f", "n"));
        }
    }

    private record Segment(int start, int end) {}

    /** Segments of any sizes in any order. */
    private static List<Segment> cut(Random random, int size, int largest) {
        List<Segment> segments = new ArrayList<>();
        for (int at = 0; at < size; ) {
            int end = Math.min(size, at + 1 + random.nextInt(largest));
            segments.add(new Segment(at, end));
            at = end;
        }
        Collections.shuffle(segments, random);
        return segments;
    }

    private static byte[] bytes(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    public void situation25StartingOverWithOtherSegmentsIsFine() throws Exception {
        byte[] bytes = bytes(new Random(25), 100_000);
        try (Device device = device("s25")) {
            device.init("f", "n");
            for (int at = 0; at < 60_000; at += 10_000) {
                device.ok("f/" + at, Arrays.copyOfRange(bytes, at, at + 10_000));
            }
            device.init("f", "n");
            for (int at = 0; at < bytes.length; at += 7_000) {
                device.ok("f/" + at, Arrays.copyOfRange(bytes, at, Math.min(at + 7_000, bytes.length)));
            }
            device.ok("f/fin/" + bytes.length, "");
            assertArrayEquals(bytes, BROKER.delivered(device.clientId(), "f", "n"));
        }
    }
}
