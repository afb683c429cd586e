// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.atomic.AtomicLong;

/** Bytes reserved by all connections together for packets that have begun and are not complete. Thread-safe. */
final class BegunBytes {

    private final long most;
    private final AtomicLong taken = new AtomicLong();

    /** @param most 0 for half of the direct memory that the JVM may use */
    BegunBytes(long most) {
        if (most < 0) {
            throw new IllegalArgumentException("total_begun_bytes = " + most + " is negative");
        }
        this.most = most == 0 ? PlatformDependent.maxDirectMemory() / 2 : most;
    }

    /** Counts more bytes; false, with nothing counted, if there is no room for them. */
    boolean take(long bytes) {
        if (taken.addAndGet(bytes) > most) {
            taken.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    long taken() {
        return taken.get();
    }
}
