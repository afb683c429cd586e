// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static io.amphora.mqtt.netty.RawClient.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.ClassRule;
import org.junit.Test;

/**
 * Dialogues that went wrong in some place, each to the end on a connection of its own. Those that are answered as none was
 * before are varied further, so that the broker's own behaviour leads on into it. {@code -Dfuzz.seconds} and {@code
 * -Dfuzz.seed} look longer and elsewhere.
 */
public final class FuzzTest {

    private static final long SECONDS = Long.getLong("fuzz.seconds", 6);
    private static final long SEED = Long.getLong("fuzz.seed", 5);
    private static final int LEAST = 500;
    private static final int MOST = (int) SECONDS * 1_000;

    @ClassRule
    public static final RunningListener LISTENER = new RunningListener();

    private final Random random = new Random(SEED);
    private final Mutations mutations = new Mutations(random);
    private final List<List<byte[]>> corpus = new ArrayList<>(Dialogues.all());
    private final Set<String> behaviours = new HashSet<>();

    @Test
    public void nothingThatAClientSendsIsMoreThanAProtocolError() throws Exception {
        PrintStream terminal = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            fuzz(log);
        } finally {
            System.setErr(terminal);
        }
        assertTrue("only " + behaviours.size() + " behaviours", behaviours.size() > 10);
    }

    private void fuzz(ByteArrayOutputStream log) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        for (int i = 0; i < LEAST || (i < MOST && System.nanoTime() < end); i++) {
            List<byte[]> dialogue = i < corpus.size() ? corpus.get(i) : mutations.vary(any(), any());
            byte[] answer = answerTo(dialogue);
            if (behaviours.add(behaviour(answer)) && i >= corpus.size()) {
                corpus.add(dialogue);
            }
            String errors = log.toString(StandardCharsets.UTF_8);
            assertEquals(i + ". of seed " + SEED + ": " + text(dialogue), "", errors);
            if (i % 500 == 0) {
                assertServes();
            }
        }
        assertServes();
    }

    private List<byte[]> any() {
        return corpus.get(random.nextInt(corpus.size()));
    }

    /** All that the broker sends until it closes; cut short where it closes before it has read all. */
    private byte[] answerTo(List<byte[]> dialogue) throws IOException {
        InetSocketAddress address = LISTENER.address();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(20_000);
            socket.setSoLinger(true, 0);
            sendInPieces(socket, dialogue);
            byte[] some = new byte[4_096];
            for (int read = socket.getInputStream().read(some);
                    read > 0;
                    read = socket.getInputStream().read(some)) {
                answer.write(some, 0, read);
            }
        } catch (SocketException e) {
            return answer.toByteArray(); // reset: the broker was done with this client
        }
        return answer.toByteArray();
    }

    private void sendInPieces(Socket socket, List<byte[]> dialogue) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        dialogue.forEach(all::writeBytes);
        byte[] bytes = all.toByteArray();
        int cut = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
        socket.getOutputStream().write(bytes, 0, cut);
        socket.getOutputStream().write(bytes, cut, bytes.length - cut);
        socket.shutdownOutput();
    }

    /** Types and reason codes of what was answered; the answer is well-formed, and nothing follows DISCONNECT. */
    private static String behaviour(byte[] answer) {
        StringBuilder behaviour = new StringBuilder();
        int at = 0;
        while (at < answer.length) {
            int type = answer[at] & 0xF0;
            int length = answer[at + 1] & 0x7F;
            int body = at + 2;
            if (answer[at + 1] < 0) {
                length |= answer[at + 2] << 7;
                body++;
            }
            assertTrue("cut off: " + HexFormat.of().formatHex(answer), body + length <= answer.length);
            assertTrue("DISCONNECT is the last", behaviour.indexOf("e0") < 0);
            behaviour.append(HexFormat.of().toHexDigits((byte) type));
            int code = type == 0x20 ? 1 : type == 0xE0 ? 0 : 2;
            behaviour
                    .append(type != 0x30 && code < length ? answer[body + code] & 0xFF : 0)
                    .append(' ');
            at = body + length;
        }
        return behaviour.toString();
    }

    private static void assertServes() throws IOException {
        try (RawClient client = RawClient.connected5(LISTENER.address(), "sane")) {
            client.send(packet("82", "0001 00 'sane/+' 02"));
            client.expect("90 04 0001 00 02");
            client.send(packet("34", "'sane/x' 0002 00 6f6b"));
            List<String> answers = List.of(client.read(), client.read());
            assertTrue(answers.toString(), answers.stream().anyMatch(answer -> answer.startsWith("34")));
            assertTrue(answers.toString(), answers.stream().anyMatch(answer -> answer.startsWith("50")));
        }
    }

    private static String text(List<byte[]> dialogue) {
        return dialogue.stream().map(HexFormat.of()::formatHex).toList().toString();
    }
}
