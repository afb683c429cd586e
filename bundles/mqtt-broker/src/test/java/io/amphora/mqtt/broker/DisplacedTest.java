// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.Qos;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;

/** What a connection still does that has lost its session to another one and does not know yet. The window is three. */
public final class DisplacedTest {

    @Rule
    public final BrokerFixture broker = new BrokerFixture(BrokerSettings.SlowSubscriber.DROP);

    private final FakeLink linkBefore = new FakeLink();
    private final FakeLink link = new FakeLink();
    private final ClientConnection before = broker.connect(linkBefore, "sub", false, 60);

    private ClientConnection displace() {
        ClientConnection connection = broker.connect(link, "sub", false, 60);
        link.run();
        return connection;
    }

    @Test
    public void itsLateAcknowledgementsHoldNothingUp() {
        BrokerFixture.subscribe(before, "t", Qos.AT_LEAST_ONCE);
        for (String text : List.of("1", "2", "3", "4")) {
            broker.publish("t", text, Qos.AT_LEAST_ONCE);
        }
        linkBefore.run();
        ClientConnection connection = displace();
        List<Integer> ids = link.sent().stream()
                .filter(OutboundPublish.class::isInstance)
                .map(packet -> ((OutboundPublish) packet).packetId())
                .toList();
        assertEquals(3, ids.size());
        ids.forEach(id -> before.acknowledge(Acknowledgement.success(Acknowledgement.Type.PUBACK, id)));
        ids.forEach(id -> connection.acknowledge(Acknowledgement.success(Acknowledgement.Type.PUBACK, id)));
        link.run();
        assertEquals(List.of("4"), link.payloads());
    }

    @Test
    public void itsLateSubscriptionHoldsNothingUp() {
        broker.retain("t", "retained", Qos.AT_LEAST_ONCE);
        displace();
        BrokerFixture.subscribe(before, "t", Qos.AT_LEAST_ONCE);
        broker.publish("t", "live", Qos.AT_LEAST_ONCE);
        link.run();
        assertEquals(List.of("live", "retained"), link.payloads());
    }

    @Test
    public void whatItsLateMembershipIsHeirToComes() {
        FakeLink linkOther = new FakeLink();
        ClientConnection other = broker.connect(linkOther, "other", false, 60);
        BrokerFixture.subscribe(other, "$share/g/t", Qos.AT_LEAST_ONCE);
        other.closed();
        broker.publish("t", "1", Qos.AT_LEAST_ONCE);
        displace();
        BrokerFixture.subscribe(before, "$share/g/t", Qos.AT_LEAST_ONCE);
        link.run();
        assertEquals(List.of("1"), link.payloads());
    }
}
