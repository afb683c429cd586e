// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.ServerPacket;
import io.amphora.mqtt.spi.Traffic;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.util.AttributeKey;

/** The bytes of packets as the listener writes them. Confined to the test's thread. */
public final class Encoded {

    private final EmbeddedChannel channel;
    private final PacketBatch batch;
    private final MqttVersion version;

    public Encoded(MqttVersion version) {
        Traffic traffic = new Traffic() {
            @Override
            public void received(long bytes) {}

            @Override
            public void sent(long bytes) {}
        };
        this.version = version;
        channel = new EmbeddedChannel(new SentBytes(traffic), MqttEncoder.INSTANCE);
        channel.attr(AttributeKey.valueOf("NETTY_CODEC_MQTT_VERSION"))
                .set(io.netty.handler.codec.mqtt.MqttVersion.fromProtocolNameAndLevel(
                        version.protocolName(), (byte) version.level()));
        batch = new PacketBatch(channel, traffic);
    }

    /** Bytes that a packet takes on the wire. */
    public int size(ServerPacket packet) {
        if (batch.add(packet, version)) {
            batch.write();
        } else {
            var unused = channel.write(OutboundPackets.of(packet, version));
        }
        channel.flush();
        int size = 0;
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            size += bytes.readableBytes();
            bytes.release();
        }
        return size;
    }
}
