// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The bytes that the spool's files take, against what they may take, for each client and together. Thread-safe. */
public final class SpoolSpace {

    /** What a client has in the spool. */
    private record Use(long bytes, int transfers) {

        static final Use NONE = new Use(0, 0);

        Use plus(long moreBytes, int moreTransfers) {
            return new Use(bytes + moreBytes, transfers + moreTransfers);
        }

        boolean isNone() {
            return bytes == 0 && transfers == 0;
        }
    }

    private final SpoolLimits limits;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong transfers = new AtomicLong();
    private final ConcurrentHashMap<String, Use> byClient = new ConcurrentHashMap<>();

    SpoolSpace(SpoolLimits limits) {
        this.limits = limits;
    }

    /** Bytes of all segments held, plus all journals. */
    public long used() {
        return used.get();
    }

    /** Number of unfinished transfers. */
    public long transfers() {
        return transfers.get();
    }

    /** The part of one client. */
    public ClientSpace of(String clientId) {
        return new ClientSpace(this, clientId);
    }

    /** Number of clients that have anything in the spool. */
    public int clients() {
        return byClient.size();
    }

    ClientSpace.Room reserve(String clientId, long bytes) {
        if (use(clientId).bytes() + bytes > limits.maximumBytesPerClient()) {
            return ClientSpace.Room.CLIENT_FULL;
        }
        if (used.get() + bytes > limits.maximumSize()) {
            return ClientSpace.Room.SPOOL_FULL;
        }
        change(clientId, bytes, 0);
        return ClientSpace.Room.ENOUGH;
    }

    boolean hasRoomForTransfer(String clientId) {
        return use(clientId).transfers() < limits.maximumTransfersPerClient();
    }

    void change(String clientId, long moreBytes, int moreTransfers) {
        used.addAndGet(moreBytes);
        if (moreTransfers != 0) {
            transfers.addAndGet(moreTransfers);
        }
        byClient.compute(clientId, (id, use) -> {
            Use next = (use == null ? Use.NONE : use).plus(moreBytes, moreTransfers);
            return next.isNone() ? null : next;
        });
    }

    private Use use(String clientId) {
        return byClient.getOrDefault(clientId, Use.NONE);
    }
}
