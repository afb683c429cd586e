// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static io.amphora.mqtt.netty.RawClient.packet;
import static org.junit.Assert.assertEquals;

import java.util.List;
import org.junit.Rule;
import org.junit.Test;

/** SUBSCRIBE and what is delivered, byte by byte. */
public final class SubscribeTest {

    @Rule
    public final RunningListener listener = new RunningListener("nio");

    private RawClient connected(String id) throws Exception {
        return RawClient.connected5(listener.address(), id);
    }

    @Test
    public void eachQosIsDelivered() throws Exception {
        try (RawClient sub = connected("sub");
                RawClient pub = connected("pub")) {
            sub.send(packet("82", "0001 00 'a/+' 02"));
            sub.expect("90 04 0001 00 02");
            pub.send(packet("30", "'a/0' 00 30"));
            sub.expect(packet("30", "'a/0' 00 30"));
            pub.send(packet("32", "'a/1' 0001 00 31"));
            pub.expect("40 02 0001");
            sub.expect(packet("32", "'a/1' 0001 00 31"));
            sub.send("40 02 0001");
            pub.send(packet("34", "'a/2' 0002 00 32"));
            pub.expect("50 02 0002");
            pub.send("62 02 0002");
            pub.expect("70 02 0002");
            sub.expect(packet("34", "'a/2' 0002 00 32"));
            sub.send("50 02 0002");
            sub.expect("62 02 0002");
            sub.send("70 02 0002");
        }
    }

    @Test
    public void nobodySubscribedIsTold() throws Exception {
        try (RawClient pub = connected("pub")) {
            pub.send(packet("32", "'nobody' 0001 00 31"));
            pub.expect("40 04 0001 10 00");
        }
    }

    @Test
    public void theGrantedQosLimitsTheDelivery() throws Exception {
        try (RawClient client = connected("self")) {
            client.send(packet("82", "0001 00 'a' 00"));
            client.expect("90 04 0001 00 00");
            client.send(packet("32", "'a' 0001 00 31"));
            client.expect("40 02 0001");
            client.expect(packet("30", "'a' 00 31"));
        }
    }

    @Test
    public void overlappingSubscriptionsDeliverOnceWithAllIdentifiers() throws Exception {
        try (RawClient client = connected("self")) {
            client.send(packet("82", "0001 02 0b05 'a/#' 00"));
            client.expect("90 04 0001 00 00");
            client.send(packet("82", "0002 02 0b05 'a/b' 01"));
            client.expect("90 04 0002 00 01");
            client.send(packet("32", "'a/b' 0001 00 31") + "c000");
            client.expect("40 02 0001");
            client.expect("d000");
            client.expect(packet("32", "'a/b' 0001 04 0b05 0b05 31"));
        }
    }

    @Test
    public void noLocalLeavesOutOnesOwn() throws Exception {
        try (RawClient client = connected("self")) {
            client.send(packet("82", "0001 00 'a' 04"));
            client.expect("90 04 0001 00 00");
            client.send(packet("32", "'a' 0001 00 31") + "c000");
            client.expect("40 04 0001 10 00");
            client.expect("d000");
        }
    }

    /** Mosquitto's bridges add 80 to the level before MQTT 5. */
    @Test
    public void aBridgeDoesNotGetItsMessagesBackAndKeepsRetainFlags() throws Exception {
        for (String protocol : List.of("'MQTT' 84", "'MQIsdp' 83")) {
            try (RawClient bridge = new RawClient(listener.address());
                    RawClient other = connected("other")) {
                bridge.send(packet("10", protocol + " 02 003c 'bridge'"));
                bridge.expect("20 02 00 00");
                bridge.send(packet("82", "0001 '#' 01 '$share/group/a' 01"));
                bridge.expect("90 04 0001 01 01");
                bridge.send(packet("32", "'b' 0001 31") + "c000");
                bridge.expect("40 02 0001");
                bridge.expect("d000");
                other.send(packet("31", "'c' 00 32"));
                bridge.expect(packet("31", "'c' 32"));
                other.send(packet("31", "'c' 00")); // retains it no more
                bridge.expect(packet("31", "'c'"));
            }
        }
    }

    @Test
    public void retainedMessagesAreSentAsTheSubscriberAsks() throws Exception {
        try (RawClient client = connected("self")) {
            client.send(packet("33", "'r/1' 0001 00 31"));
            client.expect("40 04 0001 10 00");
            client.send(packet("82", "0002 00 'r/#' 00")); // SEND
            client.expect("90 04 0002 00 00");
            client.expect(packet("31", "'r/1' 00 31"));
            client.send(packet("82", "0003 00 'r/#' 10")); // SEND_IF_NEW, which it is not
            client.expect("90 04 0003 00 00");
            client.send(packet("82", "0004 00 'r/+' 10"));
            client.expect("90 04 0004 00 00");
            client.expect(packet("31", "'r/1' 00 31"));
            client.send(packet("82", "0005 00 'r/1' 28") + "c000"); // DO_NOT_SEND, retain as published
            client.expect("90 04 0005 00 00");
            client.expect("d000");
            client.send(packet("31", "'r/1' 00 32"));
            client.expect(packet("31", "'r/1' 00 32"));
            client.send(packet("31", "'r/1' 00"));
            client.expect(packet("31", "'r/1' 00"));
            client.send(packet("82", "0006 00 'r/1' 00") + "c000"); // the empty one has deleted it
            client.expect("90 04 0006 00 00");
            client.expect("d000");
        }
    }

    @Test
    public void aClientThatTakesAliasesGetsThem() throws Exception {
        try (RawClient client = RawClient.connected5(listener.address(), "aliases", "02", "22 0005")) {
            client.send(packet("82", "0001 00 'a/topic' 00"));
            client.read();
            client.send(packet("30", "'a/topic' 00 31"));
            client.expect(packet("30", "'a/topic' 03 230001 31"));
            client.send(packet("30", "'a/topic' 00 32"));
            client.expect(packet("30", "'' 03 230001 32"));
        }
    }

    @Test
    public void propertiesTravelWithTheMessage() throws Exception {
        try (RawClient client = connected("self")) {
            client.send(packet("82", "0001 00 'a' 00"));
            client.expect("90 04 0001 00 00");
            String all = "08 're/ply' 0101 09 0002beef 03 'text' 26 'k' 'v' 26 'k' 'w'";
            int length = RawClient.bytes(all).length;
            client.send(packet("30", "'a'" + String.format("%02x", length) + all + "31"));
            client.expect(packet("30", "'a'" + String.format("%02x", length) + all + "31"));
        }
    }

    @Test
    public void sharedSubscriptionsTakeTurns() throws Exception {
        try (RawClient one = connected("one");
                RawClient two = connected("two");
                RawClient pub = connected("pub")) {
            one.send(packet("82", "0001 00 '$share/g/a' 00"));
            one.expect("90 04 0001 00 00");
            two.send(packet("82", "0001 00 '$share/g/a' 00"));
            two.expect("90 04 0001 00 00");
            pub.send(packet("30", "'a' 00 31") + packet("30", "'a' 00 32"));
            one.expect(packet("30", "'a' 00 31"));
            two.expect(packet("30", "'a' 00 32"));
        }
    }

    @Test
    public void unsubscribingEndsDelivery() throws Exception {
        try (RawClient client = connected("self")) {
            client.send(packet("82", "0001 00 'a' 00"));
            client.expect("90 04 0001 00 00");
            client.send(packet("a2", "0002 00 'a' 'b' 'x#'"));
            client.expect("b0 06 0002 00 00 11 8f");
            client.send(packet("30", "'a' 00 31") + "c000");
            client.expect("d000");
        }
    }

    @Test
    public void aSessionThatIsKeptGetsItsMessagesLater() throws Exception {
        try (RawClient sub = RawClient.connected4(listener.address(), "kept", false)) {
            sub.send(packet("82", "0001 'k' 01"));
            sub.expect("90 03 0001 01");
            sub.send("e000");
            sub.expectEnd();
        }
        try (RawClient pub = connected("pub")) {
            pub.send(packet("32", "'k' 0001 00 31") + packet("30", "'k' 00 32"));
            pub.expect("40 02 0001");
        }
        try (RawClient sub = new RawClient(listener.address())) {
            sub.send(packet("10", "'MQTT' 04 00 0000 'kept'"));
            sub.expect("20 02 01 00");
            sub.expect(packet("32", "'k' 0001 31"));
        }
        try (RawClient sub = new RawClient(listener.address())) {
            sub.send(packet("10", "'MQTT' 04 00 0000 'kept'"));
            sub.expect("20 02 01 00");
            sub.expect(packet("3a", "'k' 0001 31")); // again, with DUP
            sub.send("40 02 0001 c000");
            sub.expect("d000");
        }
        try (RawClient sub = new RawClient(listener.address())) {
            sub.send(packet("10", "'MQTT' 04 02 0000 'kept'") + "c000");
            sub.expect("20 02 00 00");
            sub.expect("d000");
        }
    }

    @Test
    public void theClientsReceiveMaximumIsKept() throws Exception {
        try (RawClient sub = RawClient.connected5(listener.address(), "sub", "02", "21 0001");
                RawClient pub = connected("pub")) {
            sub.send(packet("82", "0001 00 'a' 01"));
            sub.expect("90 04 0001 00 01");
            pub.send(packet("32", "'a' 0001 00 31") + packet("32", "'a' 0002 00 32"));
            sub.expect(packet("32", "'a' 0001 00 31"));
            sub.send("c000");
            sub.expect("d000");
            sub.send("40 02 0001");
            sub.expect(packet("32", "'a' 0002 00 32"));
        }
    }

    @Test
    public void theClientsMaximumPacketSizeIsKept() throws Exception {
        try (RawClient sub = RawClient.connected5(listener.address(), "sub", "02", "27 00000020");
                RawClient pub = connected("pub")) {
            sub.send(packet("82", "0001 00 'a' 01"));
            sub.expect("90 04 0001 00 01");
            pub.send(packet("32", "'a' 0001 00 " + "31".repeat(100)) + packet("32", "'a' 0002 00 32"));
            sub.expect(packet("32", "'a' 0002 00 32"));
        }
    }

    @Test
    public void anAnswerThatIsTooLargeForTheClientEndsTheConnectionBeforeAnythingIsDone() throws Exception {
        String filters = "'b' 00".repeat(28); // the answer takes 1 + 1 + 2 + 1 + 28 bytes
        for (String question : List.of(packet("82", "0002 00" + filters), packet("a2", "0002 00" + "'b'".repeat(28)))) {
            try (RawClient tight = RawClient.connected5(listener.address(), "tight", "02", "27 00000020")) {
                tight.send(question);
                assertEquals("95", tight.read().substring(4, 6));
                tight.expectEnd();
            }
            try (RawClient fits = RawClient.connected5(listener.address(), "fits", "02", "27 00000021")) {
                fits.send(question);
                assertEquals(33, fits.read().length() / 2);
            }
        }
    }

    @Test
    public void theWillIsPublishedUnlessTheClientSaysGoodbye() throws Exception {
        try (RawClient watcher = connected("watcher")) {
            watcher.send(packet("82", "0001 00 'will/#' 00"));
            watcher.expect("90 04 0001 00 00");
            RawClient polite = willing("polite");
            polite.send("e000");
            polite.expectEnd();
            RawClient lost = willing("lost");
            lost.close();
            watcher.expect(packet("30", "'will/lost' 00 77"));
        }
    }

    private RawClient willing(String id) throws Exception {
        RawClient client = new RawClient(listener.address());
        client.send(packet("10", "'MQTT' 04 06 0000 '" + id + "' 'will/" + id + "' 'w'"));
        client.expect("20 02 00 00");
        return client;
    }
}
