// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.ServerPacket;
import io.amphora.mqtt.spi.Traffic;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;

/**
 * The packets that make up nearly all traffic, encoded one behind the other into one buffer, which saves a buffer, a pass
 * through the pipeline and an entry in the vector of the system call for each: a PUBLISH without properties and of moderate
 * size, and an acknowledgement of success. Netty's encoder does the others. Confined to the channel's event loop.
 */
final class PacketBatch {

    /** Bytes of a batch; a larger one would hide too much from the channel's water marks. */
    private static final int CAPACITY = 16 * 1_024;

    /** Fixed header of a packet that fits into a batch, whose length takes at most three bytes. */
    private static final int FIXED_HEADER = 4;

    private final Channel channel;
    private final Traffic traffic;
    private ByteBuf bytes;
    private int guess;

    PacketBatch(Channel channel, Traffic traffic) {
        this.channel = channel;
        this.traffic = traffic;
    }

    /** Adds a packet; false if it is none for a batch, and must be written by itself after {@link #write}. */
    boolean add(ServerPacket packet, MqttVersion version) {
        if (packet instanceof OutboundPublish publish) {
            return add(publish, version);
        }
        if (packet instanceof Acknowledgement acknowledgement
                && acknowledgement.reasonCode() == ReasonCode.SUCCESS
                && acknowledgement.reason().isEmpty()) {
            add(acknowledgement);
            return true;
        }
        return false;
    }

    private boolean add(OutboundPublish packet, MqttVersion version) {
        boolean plain = packet.message().properties().equals(PublishProperties.NONE)
                && packet.subscriptionIdentifiers().isEmpty()
                && packet.topicAlias() == 0;
        int payload = packet.message().payload().remaining();
        if (!plain || payload >= CAPACITY) {
            return false;
        }
        String topic = packet.message().topic().value();
        int topicLength = ByteBufUtil.utf8Bytes(topic);
        boolean identified = packet.qos().level() > 0;
        int length = 2 + topicLength + (identified ? 2 : 0) + (version.hasProperties() ? 1 : 0) + payload;
        if (FIXED_HEADER + length > CAPACITY) {
            return false;
        }
        ByteBuf out = room(FIXED_HEADER + length);
        int start = out.writerIndex();
        out.writeByte(0x30 | (packet.duplicate() ? 8 : 0) | (packet.qos().level() << 1) | (packet.retain() ? 1 : 0));
        writeVariableByteInteger(out, length);
        out.writeShort(topicLength);
        ByteBufUtil.reserveAndWriteUtf8(out, topic, topicLength);
        if (identified) {
            out.writeShort(packet.packetId());
        }
        if (version.hasProperties()) {
            out.writeByte(0); // length of the properties
        }
        out.writeBytes(packet.message().payload().duplicate());
        traffic.sent(out.writerIndex() - start);
        return true;
    }

    private void add(Acknowledgement packet) {
        int type =
                switch (packet.type()) {
                    case PUBACK -> 0x40;
                    case PUBREC -> 0x50;
                    case PUBREL -> 0x62;
                    case PUBCOMP -> 0x70;
                };
        ByteBuf out = room(4);
        out.writeByte(type).writeByte(2).writeShort(packet.packetId());
        traffic.sent(4);
    }

    private static void writeVariableByteInteger(ByteBuf out, int value) {
        int left = value;
        while (left >= 0x80) {
            out.writeByte((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.writeByte(left);
    }

    /** The buffer, with room for {@code length} more bytes. */
    private ByteBuf room(int length) {
        if (bytes != null && bytes.writerIndex() + length > CAPACITY) {
            write();
        }
        if (bytes == null) {
            bytes = channel.alloc().directBuffer(Math.max(guess, length), CAPACITY);
        }
        bytes.ensureWritable(length); // here or not at all: no packet is begun that cannot be ended
        return bytes;
    }

    /** Writes what was added, without flushing. */
    void write() {
        if (bytes != null) {
            ByteBuf full = bytes;
            bytes = null;
            guess = full.readableBytes();
            ChannelHandlerContext behindCount = channel.pipeline().context(SentBytes.class);
            if (behindCount == null) { // the channel is closed, and its pipeline empty
                full.release();
            } else {
                var unused = behindCount.write(full, channel.voidPromise());
            }
        }
    }

    /** Drops what was added and not written. */
    void discard() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
    }
}
