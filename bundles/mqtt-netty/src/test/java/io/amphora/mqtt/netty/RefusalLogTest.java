// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.Test;

/** Lines about clients that were refused, and how many there may be. */
public final class RefusalLogTest {

    private final List<String> lines = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private final RefusalLog log = new RefusalLog(
            (task, delay, unit) -> {
                later.add(task);
                return new CompletableFuture<>();
            },
            lines::add);

    private void refuse(String client, int port, String kind) {
        log.add("Refused", client, InetSocketAddress.createUnresolved("10.0.0.7", port), "tcp", kind, "not allowed");
    }

    private void aMinutePasses() {
        List<Runnable> due = List.copyOf(later);
        later.clear();
        due.forEach(Runnable::run);
    }

    @Test
    public void oneLineSaysWhoWhereAndWhy() {
        refuse("c1", 1234, "NOT_AUTHORIZED");
        assertEquals(
                List.of("Refused client c1 from 10.0.0.7:1234 on listener tcp: not allowed (NOT_AUTHORIZED)"), lines);
        aMinutePasses();
        assertEquals("nothing more to say", 1, lines.size());
    }

    @Test
    public void aClientThatComesAgainAndAgainIsCounted() {
        for (int port = 1; port <= 1_235; port++) {
            refuse("c1", port, "NOT_AUTHORIZED");
        }
        assertEquals(1, lines.size());
        aMinutePasses();
        assertEquals("And 1,234 more like it on listener tcp in 60 s (NOT_AUTHORIZED)", lines.get(1));
        refuse("c1", 2, "NOT_AUTHORIZED");
        assertEquals("a new minute begins with a line", 3, lines.size());
    }

    @Test
    public void aFloodOfClientsTakesFewLinesAndHidesNoOtherKind() {
        for (int i = 0; i < 10_000; i++) {
            refuse("c" + i, i, "NOT_AUTHORIZED");
        }
        refuse("", 1, "MALFORMED_PACKET");
        assertEquals(RefusalLog.LINES + 1, lines.size());
        assertEquals(
                "Refused a connection from 10.0.0.7:1 on listener tcp: not allowed (MALFORMED_PACKET)",
                lines.get(RefusalLog.LINES));
        log.close();
        assertEquals("And 9,995 more like it on listener tcp in 60 s (NOT_AUTHORIZED)", lines.get(lines.size() - 1));
    }

    @Test
    public void whatClientsChooseIsNotObeyed() {
        log.add(
                "Cut off",
                "a\nINFO forged\u001b[2J",
                InetSocketAddress.createUnresolved("h", 1),
                "tcp",
                "K",
                "topic \u202e\r\n" + "x".repeat(100_000));
        String line = lines.get(0);
        assertFalse(line, line.chars().anyMatch(c -> c < ' ' || c == 0x202e));
        assertEquals(line, 0, Math.max(0, line.length() - 500));
    }
}
