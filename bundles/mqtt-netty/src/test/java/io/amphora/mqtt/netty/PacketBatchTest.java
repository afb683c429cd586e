// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.Pingresp;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.ServerPacket;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.Traffic;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.util.AttributeKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.After;
import org.junit.Test;

/** A batch is, byte for byte, what Netty's encoder makes of the same packets. */
public final class PacketBatchTest {

    private static final AttributeKey<io.netty.handler.codec.mqtt.MqttVersion> CODEC_VERSION =
            AttributeKey.valueOf("NETTY_CODEC_MQTT_VERSION");

    private final CountedTraffic traffic = new CountedTraffic();
    private final EmbeddedChannel channel = new EmbeddedChannel(new SentBytes(traffic));
    private final EmbeddedChannel encoder = new EmbeddedChannel(MqttEncoder.INSTANCE);
    private final PacketBatch batch = new PacketBatch(channel, traffic);

    @After
    public void closeTheChannels() {
        batch.discard();
        assertFalse(channel.finishAndReleaseAll());
        assertFalse(encoder.finishAndReleaseAll());
    }

    @Test
    public void isWhatTheEncoderWouldWrite() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (MqttVersion version : MqttVersion.values()) {
            encoder.attr(CODEC_VERSION)
                    .set(io.netty.handler.codec.mqtt.MqttVersion.fromProtocolNameAndLevel(
                            version.protocolName(), (byte) version.level()));
            for (int i = 0; i < 200; i++) {
                List<ServerPacket> packets = packets(random);
                for (ServerPacket packet : packets) {
                    assertTrue("seed " + seed, batch.add(packet, version));
                }
                batch.write();
                channel.flushOutbound();
                assertEquals("seed " + seed + ", " + version, encoded(packets, version), written());
            }
        }
    }

    @Test
    public void countsThePacketsAndNotItsBuffers() {
        for (int i = 1; i <= 3; i++) {
            assertTrue(batch.add(publish("a", 100, Qos.AT_MOST_ONCE), MqttVersion.V3_1_1));
        }
        batch.write();
        channel.flushOutbound();

        assertEquals(3, traffic.packets);
        assertEquals(written().length() / 2, traffic.bytes);
    }

    @Test
    public void leavesRarePacketsToTheEncoder() {
        Message message = Message.of(new TopicName("a"), new byte[1], Qos.AT_LEAST_ONCE);
        Optional<String> reason = Optional.of("no");
        for (ServerPacket rare : List.of(
                Pingresp.INSTANCE,
                publish("a", 16 * 1_024, Qos.AT_MOST_ONCE),
                publish("a".repeat(16 * 1_024 - 10), 10, Qos.AT_LEAST_ONCE),
                new OutboundPublish(message, Qos.AT_LEAST_ONCE, false, false, 1, List.of(7)),
                new OutboundPublish(message, Qos.AT_LEAST_ONCE, false, false, 1, List.of()).withAlias(1, true),
                new Acknowledgement(Acknowledgement.Type.PUBACK, 1, ReasonCode.NOT_AUTHORIZED, Optional.empty()),
                new Acknowledgement(Acknowledgement.Type.PUBACK, 1, ReasonCode.SUCCESS, reason))) {
            assertFalse(rare.toString(), batch.add(rare, MqttVersion.V5));
        }
        batch.write();
        assertNull(channel.readOutbound());
    }

    @Test
    public void ofAClosedChannelIsDropped() {
        assertTrue(batch.add(publish("a", 100, Qos.AT_MOST_ONCE), MqttVersion.V3_1_1));
        var unused = channel.close();
        batch.write();

        assertNull(channel.readOutbound());
    }

    private List<ServerPacket> packets(Random random) {
        List<ServerPacket> packets = new ArrayList<>();
        for (int i = random.nextInt(120); i >= 0; i--) {
            if (random.nextBoolean()) {
                Acknowledgement.Type[] types = Acknowledgement.Type.values();
                packets.add(Acknowledgement.success(types[random.nextInt(types.length)], 1 + random.nextInt(65_535)));
            } else {
                String topic = random.nextBoolean() ? "sensors/é/😀/日本" : "t".repeat(1 + random.nextInt(300));
                packets.add(publish(topic, random.nextInt(1_000), Qos.of(random.nextInt(3))));
            }
        }
        return packets;
    }

    private static OutboundPublish publish(String topic, int size, Qos qos) {
        byte[] payload = new byte[size];
        new Random(size).nextBytes(payload);
        boolean identified = qos != Qos.AT_MOST_ONCE;
        Message message =
                new Message(new TopicName(topic), ByteBuffer.wrap(payload), qos, size % 2 == 0, PublishProperties.NONE);
        return new OutboundPublish(
                message, qos, size % 2 == 0, identified && size % 3 == 0, identified ? 1 + size : 0, List.of());
    }

    private String encoded(List<ServerPacket> packets, MqttVersion version) {
        packets.forEach(packet -> encoder.writeOutbound(OutboundPackets.of(packet, version)));
        return hex(encoder);
    }

    private String written() {
        return hex(channel);
    }

    private static String hex(EmbeddedChannel from) {
        StringBuilder all = new StringBuilder();
        for (ByteBuf each = from.readOutbound(); each != null; each = from.readOutbound()) {
            all.append(ByteBufUtil.hexDump(each));
            each.release();
        }
        return all.toString();
    }

    private static final class CountedTraffic implements Traffic {

        private int packets;
        private long bytes;

        @Override
        public void received(long bytes) {
            throw new AssertionError("nothing is received here");
        }

        @Override
        public void sent(long bytes) {
            packets++;
            this.bytes += bytes;
        }
    }
}
