// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.util.Set;
import org.junit.Test;

public final class PacketIdsTest {

    private final PacketIds ids = new PacketIds();

    @Test
    public void beginAtOneAndNeverGiveZero() {
        assertEquals(1, ids.next(id -> false));
        for (int i = 2; i <= 65_535; i++) {
            assertEquals(i, ids.next(id -> false));
        }
        assertEquals(1, ids.next(id -> false));
    }

    @Test
    public void passOverThoseInUse() {
        Set<Integer> used = Set.of(1, 2, 4);
        assertEquals(3, ids.next(used::contains));
        assertEquals(5, ids.next(used::contains));
    }

    @Test
    public void refuseWhenAllAreInUse() {
        assertThrows(IllegalStateException.class, () -> ids.next(id -> true));
    }
}
