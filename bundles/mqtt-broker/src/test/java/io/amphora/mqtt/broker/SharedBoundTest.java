// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

public final class SharedBoundTest {

    private final SharedBound bound = new SharedBound(() -> 100);
    private final List<String> resumed = new ArrayList<>();

    @Test
    public void whoWaitsGoesOnInTurnAndAllWhenHalfIsFree() {
        assertTrue(bound.take(100));
        assertFalse(bound.take(30));
        bound.waitInLine(() -> resumed.add("a"));
        bound.waitInLine(() -> resumed.add("b"));
        bound.waitInLine(() -> resumed.add("c"));
        bound.giveBack(20);
        assertEquals(List.of(), resumed);
        bound.giveBack(20);
        assertEquals(List.of("a"), resumed);
        bound.giveBack(50);
        assertEquals(List.of("a", "b", "c"), resumed);
        assertEquals(40, bound.used());
    }

    @Test
    public void whoComesTooLateDoesNotWait() {
        bound.waitInLine(() -> resumed.add("a"));
        assertEquals(List.of("a"), resumed);
    }
}
