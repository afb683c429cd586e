// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.spi.Link;
import java.util.EnumSet;
import java.util.Set;

/** Stops reading from a link as long as there is any reason to. Confined to the link's event loop. */
final class ReadingGate {

    /** Why a connection is not read from. */
    enum Reason {
        AUTHENTICATING,
        OWN_BYTES,
        SHARED_BYTES,
        MESSAGES,
        RATE
    }

    private final Link link;
    private Set<Reason> reasons = Set.of();

    ReadingGate(Link link) {
        this.link = link;
    }

    boolean isClosedFor(Reason reason) {
        return reasons.contains(reason);
    }

    void close(Reason reason) {
        boolean open = reasons.isEmpty();
        reasons = open ? EnumSet.of(reason) : reasons;
        reasons.add(reason);
        if (open) {
            link.reading(false);
        }
    }

    void open(Reason reason) {
        if (reasons.contains(reason)) {
            reasons.remove(reason);
            if (reasons.isEmpty()) {
                reasons = Set.of();
                link.reading(true);
            }
        }
    }
}
