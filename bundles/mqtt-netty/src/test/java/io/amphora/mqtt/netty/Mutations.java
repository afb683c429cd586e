// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Makes dialogues that a client might send out of others: a dialogue is a list of packets, so that most of what comes out
 * is wrong in one place and right in all others. Confined to the test's thread.
 */
final class Mutations {

    private static final byte[] TELLING = {0, 1, 2, 3, 0x10, 0x7F, (byte) 0x80, (byte) 0xC0, (byte) 0xFF};

    private final Random random;

    Mutations(Random random) {
        this.random = random;
    }

    /** A variation of one dialogue, with packets of another. */
    List<byte[]> vary(List<byte[]> dialogue, List<byte[]> other) {
        List<byte[]> result = new ArrayList<>(dialogue);
        for (int i = random.nextInt(3); i >= 0; i--) {
            varyOnce(result, other);
        }
        return result;
    }

    private void varyOnce(List<byte[]> packets, List<byte[]> other) {
        int at = random.nextInt(packets.size());
        switch (random.nextInt(8)) {
            case 0 -> packets.add(at, packets.get(random.nextInt(packets.size())));
            case 1 -> packets.add(random.nextInt(packets.size() + 1), other.get(random.nextInt(other.size())));
            case 2 -> {
                if (packets.size() > 1) {
                    packets.remove(at);
                }
            }
            case 3 -> packets.set(at, Arrays.copyOf(packets.get(at), random.nextInt(packets.get(at).length + 1)));
            default -> packets.set(at, varyBytes(packets.get(at)));
        }
    }

    private byte[] varyBytes(byte[] packet) {
        if (packet.length < 3) {
            byte[] copy = Arrays.copyOf(packet, Math.max(1, packet.length));
            copy[random.nextInt(copy.length)] = telling();
            return copy;
        }
        int lengthBytes = lengthBytes(packet);
        byte[] body = Arrays.copyOfRange(packet, Math.min(packet.length, 1 + lengthBytes), packet.length);
        byte first = random.nextInt(16) == 0 ? (byte) (packet[0] ^ (1 << random.nextInt(8))) : packet[0];
        byte[] changed = body.length == 0 ? new byte[] {telling()} : varyBody(body);
        return random.nextInt(8) == 0 ? join(first, new byte[] {telling()}, changed) : framed(first, changed);
    }

    private byte[] varyBody(byte[] body) {
        int at = random.nextInt(body.length);
        return switch (random.nextInt(5)) {
            case 0 -> {
                byte[] copy = body.clone();
                copy[at] ^= (byte) (1 << random.nextInt(8));
                yield copy;
            }
            case 1 -> {
                byte[] copy = body.clone();
                copy[at] = telling();
                yield copy;
            }
            case 2 -> spliced(body, at, at, new byte[] {telling()});
            case 3 -> spliced(body, at, Math.min(body.length, at + 1 + random.nextInt(4)), new byte[0]);
            default -> {
                int end = Math.min(body.length, at + 1 + random.nextInt(8));
                yield spliced(body, end, end, Arrays.copyOfRange(body, at, end)); // something twice
            }
        };
    }

    private byte telling() {
        return TELLING[random.nextInt(TELLING.length)];
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] middle) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, from);
        out.writeBytes(middle);
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }

    private static int lengthBytes(byte[] packet) {
        int count = 1;
        while (count < 4 && count < packet.length - 1 && packet[count] < 0) {
            count++;
        }
        return count;
    }

    /** A packet whose remaining length fits. */
    private static byte[] framed(byte first, byte[] body) {
        ByteArrayOutputStream length = new ByteArrayOutputStream();
        int left = body.length;
        do {
            length.write(left > 0x7F ? (left & 0x7F) | 0x80 : left);
            left >>= 7;
        } while (left > 0);
        return join(first, length.toByteArray(), body);
    }

    private static byte[] join(byte first, byte[] length, byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(first);
        out.writeBytes(length);
        out.writeBytes(body);
        return out.toByteArray();
    }
}
