// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.function.IntPredicate;

/** Gives out packet identifiers in turn, so that one is not used again soon. Not thread-safe; its session guards it. */
final class PacketIds {

    static final int MAX = 65_535;

    private int last;

    /** An identifier is in use already. */
    void used(int id) {
        last = Math.max(last, id);
    }

    /**
     * The next identifier, 1 to 65,535, that is not in use [MQTT-2.2.1-4].
     *
     * @throws IllegalStateException if all are in use
     */
    int next(IntPredicate inUse) {
        for (int tried = 0; tried < MAX; tried++) {
            last = last == MAX ? 1 : last + 1;
            if (!inUse.test(last)) {
                return last;
            }
        }
        throw new IllegalStateException("all packet identifiers are in use");
    }
}
