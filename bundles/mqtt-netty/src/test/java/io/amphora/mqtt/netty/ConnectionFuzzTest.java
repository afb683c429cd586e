// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.transfer.Fuzzing;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What Jazzer finds in the decoders and in the life of a connection. {@code -Dfuzz.seconds} looks longer. */
public final class ConnectionFuzzTest {

    private static final int SECONDS = Integer.getInteger("fuzz.seconds", 6);
    private static final int WHOLE = 0;
    private static final String CODECS = "io.netty.handler.codec.mqtt.**:io.netty.handler.codec.http.websocketx.**"
            + ":io.netty.handler.codec.haproxy.**";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void noPacketsAreMoreThanAProtocolError() throws Exception {
        Fuzzing fuzzing = fuzzing();
        for (List<byte[]> dialogue : Dialogues.all()) {
            fuzzing.from(input(WHOLE, dialogue)).from(input(7, dialogue));
        }
        fuzzing.search(ConnectionFuzz.Plain.class, SECONDS);
    }

    @Test
    public void noFramesAreMoreThanAProtocolError() throws Exception {
        Fuzzing fuzzing = fuzzing().from(input(255, List.of(ConnectionFuzz.UPGRADE)));
        for (List<byte[]> dialogue : Dialogues.all()) {
            List<byte[]> frames =
                    dialogue.stream().map(packet -> framed("82", packet)).toList();
            fuzzing.from(input(WHOLE, frames)).from(input(5, frames));
        }
        byte[] ping = RawClient.packet("c0", "").getBytes(StandardCharsets.US_ASCII);
        fuzzing.from(input(WHOLE, List.of(framed("89", ping), framed("88", new byte[0]))));
        fuzzing.from(input(WHOLE, List.of(framed("02", ping), framed("00", ping), framed("81", ping))));
        fuzzing.search(ConnectionFuzz.Frames.class, SECONDS);
    }

    @Test
    public void noProxyHeaderIsMoreThanARefusal() throws Exception {
        Fuzzing fuzzing = fuzzing();
        List<byte[]> headers = List.of(
                "PROXY TCP4 192.0.2.7 127.0.0.1 5555 1883\r\n".getBytes(StandardCharsets.US_ASCII),
                "PROXY TCP6 2001:db8::7 ::1 5555 1883\r\n".getBytes(StandardCharsets.US_ASCII),
                "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII),
                HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111000cc00002077f00000115b3075b"),
                HexFormat.of().parseHex("0d0a0d0a000d0a515549540a21110013c00002077f00000115b3075b01000430313233"),
                HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000"));
        for (byte[] header : headers) {
            byte[] connect = RawClient.bytes(RawClient.connect5("proxied", "02", ""));
            fuzzing.from(input(WHOLE, List.of(header, connect))).from(input(3, List.of(header, connect)));
        }
        fuzzing.search(ConnectionFuzz.Proxied.class, SECONDS);
    }

    private Fuzzing fuzzing() {
        return new Fuzzing(folder).through(CODECS).upTo(700);
    }

    private static byte[] input(int atATime, List<byte[]> parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(atATime);
        parts.forEach(out::writeBytes);
        return out.toByteArray();
    }

    /** A frame of a client, whose mask is zeroes. */
    private static byte[] framed(String first, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(HexFormat.of().parseHex(first));
        if (payload.length < 126) {
            out.write(0x80 | payload.length);
        } else {
            out.write(0x80 | 126);
            out.write(payload.length >> 8);
            out.write(payload.length);
        }
        out.writeBytes(new byte[4]);
        out.writeBytes(payload);
        return out.toByteArray();
    }
}
