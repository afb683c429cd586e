// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/**
 * The buffers that one channel reads into: as large as its traffic suggests, and where a packet is begun, the buffer that
 * it begins in, so that its end comes to stand right behind. A channel without traffic holds none. Confined to the
 * channel's event loop.
 */
final class ReadBuffers extends DefaultMaxMessagesRecvByteBufAllocator {

    private static final int SMALLEST = 1_024;
    private static final int LARGEST = 256 * 1_024;

    /** Reads in a row before other channels of the event loop have their turn. */
    private static final int READS = 4;

    private int guess = 2 * SMALLEST;
    private ByteBuf begun;

    ReadBuffers() {
        super(READS);
    }

    @Override
    @SuppressWarnings("deprecation") // the type of the channel's option is deprecated, the option is not
    public RecvByteBufAllocator.Handle newHandle() {
        return new Handle();
    }

    /** How large the next read may become. */
    int guess() {
        return guess;
    }

    /** Has the channel read on into a buffer, which has room; takes over its reference. */
    void continueIn(ByteBuf buffer) {
        begun = buffer;
    }

    /** The buffer of a begun packet, now the caller's; {@code null} if none is begun. */
    ByteBuf takeBegun() {
        ByteBuf buffer = begun;
        begun = null;
        return buffer;
    }

    private final class Handle extends MaxMessageHandle {

        @Override
        public int guess() {
            return guess;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return begun == null ? allocator.directBuffer(guess) : begun.retain();
        }

        @Override
        public void lastBytesRead(int bytes) {
            if (bytes == attemptedBytesRead() && bytes >= guess) {
                guess = Math.min(LARGEST, guess * 4);
            }
            super.lastBytesRead(bytes);
        }

        @Override
        public void readComplete() {
            if (totalBytesRead() < guess / 4) {
                guess = Math.max(SMALLEST, guess / 2);
            }
        }
    }
}
