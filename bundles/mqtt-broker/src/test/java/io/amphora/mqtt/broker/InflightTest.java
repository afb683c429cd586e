// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.Qos;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.Before;
import org.junit.Test;

public final class InflightTest {

    private final Inflight inflight = new Inflight(new AtomicLong());

    @Before
    public void connect() {
        inflight.resume(2);
    }

    private OutboundPublish send(String text, Qos qos) {
        return inflight.send(Deliveries.of(text, qos), 0);
    }

    @Test
    public void theWindowIsTheClientsReceiveMaximum() {
        send("1", Qos.AT_LEAST_ONCE);
        assertTrue(inflight.hasRoom());
        int second = send("2", Qos.EXACTLY_ONCE).packetId();
        assertFalse(inflight.hasRoom());
        assertEquals(Inflight.Step.DONE, inflight.acknowledged(1));
        assertTrue(inflight.hasRoom());
        send("3", Qos.AT_LEAST_ONCE);
        assertEquals(Inflight.Step.RELEASE, inflight.received(second, false));
        assertFalse("until PUBCOMP", inflight.hasRoom());
        assertEquals(Inflight.Step.DONE, inflight.completed(second));
        assertTrue(inflight.hasRoom());
    }

    @Test
    public void acknowledgementsOfTheWrongKindAreViolations() {
        int one = send("1", Qos.AT_LEAST_ONCE).packetId();
        int two = send("2", Qos.EXACTLY_ONCE).packetId();
        assertEquals(Inflight.Step.VIOLATION, inflight.received(one, false));
        assertEquals(Inflight.Step.VIOLATION, inflight.acknowledged(two));
        assertEquals(Inflight.Step.VIOLATION, inflight.completed(two));
        assertEquals(Inflight.Step.UNKNOWN, inflight.acknowledged(77));
        assertEquals(Inflight.Step.VIOLATION, inflight.completed(one));
        assertEquals(Inflight.Step.RELEASE, inflight.received(two, false));
        assertEquals("a repetition", Inflight.Step.RELEASE, inflight.received(two, false));
        assertEquals(Inflight.Step.VIOLATION, inflight.acknowledged(two));
    }

    @Test
    public void aFailedPubrecEndsTheExchange() {
        int id = send("1", Qos.EXACTLY_ONCE).packetId();
        assertEquals(Inflight.Step.DONE, inflight.received(id, true));
        assertEquals(0, inflight.size());
    }

    @Test
    public void allThatIsOpenIsSentAgainInOrder() {
        int one = send("1", Qos.EXACTLY_ONCE).packetId();
        int two = send("2", Qos.AT_LEAST_ONCE).packetId();
        inflight.received(one, false);
        inflight.resume(1);
        assertEquals(Acknowledgement.success(Acknowledgement.Type.PUBREL, one), inflight.resend(0));
        assertTrue(inflight.hasRoom());
        OutboundPublish again = (OutboundPublish) inflight.resend(0);
        assertEquals(two, again.packetId());
        assertTrue(again.duplicate());
        assertEquals("2", Deliveries.text(again.message()));
        assertFalse(inflight.isResending());
        assertFalse(inflight.hasRoom());
        assertEquals(Inflight.Step.DONE, inflight.completed(one));
        assertFalse("a PUBREL took no room", inflight.hasRoom());
        assertEquals(Inflight.Step.DONE, inflight.acknowledged(two));
        assertTrue(inflight.hasRoom());
    }

    @Test
    public void identifiersInUseAreNotGivenAgain() {
        inflight.resume(65_535);
        int kept = send("kept", Qos.AT_LEAST_ONCE).packetId();
        for (int i = 0; i < 70_000; i++) {
            int id = send("x", Qos.AT_LEAST_ONCE).packetId();
            assertTrue(id != kept);
            inflight.acknowledged(id);
        }
    }
}
