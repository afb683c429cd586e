// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.ReasonCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Cuts what is read into packets, each contiguous in one direct buffer. A packet that was read whole is a slice of the
 * buffer that it was read into. Of one that was read in part, the rest is read behind its beginning; only where there is
 * no room for it the beginning moves to a larger buffer. What is refused here or by the rules ends the stream. Confined
 * to the channel's event loop.
 */
final class PacketFramer extends ChannelInboundHandlerAdapter {

    /** The most that is reserved for a packet before its bytes are there. */
    private static final int RESERVED = 256 * 1_024;

    private static final int UNKNOWN = -1;

    /** Smaller buffers are not counted: most connections have one. */
    private static final int COUNTED = 16 * 1_024;

    private final ReadBuffers buffers;
    private final PacketRules rules;
    private final int maximumPacketSize;
    private final BegunBytes begunBytes;
    private int reserved; // of the begun packet
    private boolean refused;

    PacketFramer(ReadBuffers buffers, PacketRules rules, int maximumPacketSize, BegunBytes begunBytes) {
        this.begunBytes = begunBytes;
        this.buffers = buffers;
        this.rules = rules;
        this.maximumPacketSize = maximumPacketSize;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = join((ByteBuf) message, ctx);
        try {
            cut(ctx, in);
        } catch (MqttProtocolException e) {
            refused = true;
            in.release();
            ctx.fireExceptionCaught(e);
        }
    }

    /** What was read, together with the begun packet that it continues. */
    @SuppressWarnings("ReferenceEquality") // the very same buffer is meant
    private ByteBuf join(ByteBuf in, ChannelHandlerContext ctx) {
        ByteBuf begun = buffers.takeBegun();
        if (begun == null) {
            return in;
        }
        if (begun == in) {
            begun.release(); // it was retained for the read
            return in;
        }
        if (begun.writableBytes() >= in.readableBytes()) { // it came in a frame or by TLS
            begun.writeBytes(in);
            in.release();
            return begun;
        }
        ByteBuf whole = ctx.alloc().directBuffer(begun.readableBytes() + in.readableBytes());
        whole.writeBytes(begun).writeBytes(in);
        begun.release();
        in.release();
        return whole;
    }

    private void cut(ChannelHandlerContext ctx, ByteBuf in) {
        while (in.isReadable()) {
            int length = refused ? in.readableBytes() : packetLength(in);
            if (length == UNKNOWN || length > in.readableBytes()) {
                begin(ctx, in, length);
                return;
            }
            if (refused) {
                break;
            }
            reserve(0);
            rules.check(in, length);
            if (length == in.readableBytes()) {
                ctx.fireChannelRead(in);
                return;
            }
            ctx.fireChannelRead(in.readRetainedSlice(length));
        }
        in.release();
    }

    /** Length of the packet that begins here, with its fixed header. */
    private int packetLength(ByteBuf in) {
        int start = in.readerIndex();
        int remaining = 0;
        for (int digit = 0; digit < 4; digit++) {
            if (in.writerIndex() <= start + 1 + digit) {
                return UNKNOWN;
            }
            byte b = in.getByte(start + 1 + digit);
            remaining |= (b & 0x7F) << (7 * digit);
            if (b >= 0) {
                return requireNotTooLarge(2 + digit + remaining);
            }
        }
        throw new MqttProtocolException(ReasonCode.MALFORMED_PACKET, "remaining length of more than four bytes");
    }

    private int requireNotTooLarge(int length) {
        if (length > maximumPacketSize) {
            throw new MqttProtocolException(
                    ReasonCode.PACKET_TOO_LARGE, length + " bytes are more than " + maximumPacketSize);
        }
        return length;
    }

    private void begin(ChannelHandlerContext ctx, ByteBuf in, int length) {
        int have = in.readableBytes();
        boolean fits = length == UNKNOWN ? in.writableBytes() >= 64 : in.capacity() - in.readerIndex() >= length;
        if (fits) {
            reserve(in.capacity());
            buffers.continueIn(in);
            return;
        }
        int reserve = Math.min(Math.max(length, buffers.guess()), Math.max(RESERVED, 2 * have));
        reserve(reserve);
        ByteBuf larger = ctx.alloc().directBuffer(reserve).writeBytes(in);
        in.release();
        buffers.continueIn(larger);
    }

    /** Counts what the begun packet reserves. */
    private void reserve(int capacity) {
        int next = capacity < COUNTED ? 0 : capacity;
        if (next > reserved && !refused && !begunBytes.take(next - reserved)) {
            throw new MqttProtocolException(
                    ReasonCode.QUOTA_EXCEEDED, "too many bytes of packets that are not complete");
        }
        if (next < reserved) {
            begunBytes.giveBack(reserved - next);
        }
        reserved = refused ? Math.min(next, reserved) : next;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        begunBytes.giveBack(reserved);
        reserved = 0;
        ByteBuf begun = buffers.takeBegun();
        if (begun != null) {
            begun.release();
        }
    }
}
