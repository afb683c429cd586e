// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.spi.PublishResult;
import org.junit.Test;

public final class ReceivedQos2Test {

    private static final PublishResult FAILED = PublishResult.of(ReasonCode.QUOTA_EXCEEDED, "full");

    private final ReceivedQos2 received = new ReceivedQos2();
    private final Object first = new Object();
    private final Object second = new Object();

    @Test
    public void aRepetitionIsNotNewUntilReleased() {
        assertEquals(ReceivedQos2.Arrival.NEW, received.arrived(1, false, first));
        assertEquals(ReceivedQos2.Arrival.PENDING, received.arrived(1, true, first));
        assertTrue(received.completed(1, PublishResult.SUCCESS, first));
        assertEquals(PublishResult.SUCCESS, received.answer(1));
        assertEquals(ReceivedQos2.Arrival.DONE, received.arrived(1, true, first));
        assertTrue(received.released(1));
        assertFalse(received.released(1));
        assertEquals(ReceivedQos2.Arrival.NEW, received.arrived(1, false, first));
    }

    @Test
    public void aFailureFreesTheIdentifierOnceTold() {
        received.arrived(1, false, first);
        assertTrue(received.completed(1, FAILED, first));
        assertEquals(FAILED, received.answer(1));
        assertEquals(0, received.size());
    }

    @Test
    public void whatIsPendingFollowsTheClientToItsNextConnection() {
        received.arrived(1, false, first);
        received.arrived(1, true, second);
        assertTrue(received.completed(1, PublishResult.SUCCESS, second));
    }

    @Test
    public void aResultThatNobodyHeardAwaitsTheRepetition() {
        received.arrived(1, false, first);
        assertFalse("the client has not repeated it yet", received.completed(1, FAILED, second));
        assertEquals(ReceivedQos2.Arrival.DONE, received.arrived(1, true, second));
        assertEquals(FAILED, received.answer(1));
    }

    @Test
    public void afterAFailureThatNobodyHeardAnotherMessageMayHaveTheIdentifier() {
        received.arrived(1, false, first);
        received.completed(1, FAILED, second);
        assertEquals(ReceivedQos2.Arrival.NEW, received.arrived(1, false, second));
    }
}
