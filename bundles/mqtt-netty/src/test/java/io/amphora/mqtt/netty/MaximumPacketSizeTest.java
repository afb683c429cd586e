// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static io.amphora.mqtt.netty.RawClient.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.HexFormat;
import java.util.List;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** A message of exactly the client's Maximum Packet Size arrives, one byte more is dropped and counted [MQTT-3.1.2-24]. */
@RunWith(Parameterized.class)
public final class MaximumPacketSizeTest {

    private static final String PAYLOAD = "61".repeat(20);

    @ClassRule
    public static final RunningListener LISTENER = new RunningListener();

    private final String connect;
    private final String subscribe;
    private final String first;
    private final String rest;

    public MaximumPacketSizeTest(String name, String connect, String subscribe, String first, String rest) {
        this.connect = connect;
        this.subscribe = subscribe;
        this.first = first;
        this.rest = rest;
    }

    @Parameters(name = "{0}")
    public static List<Object[]> rows() {
        String pair = "26 'name' 'value'";
        return List.of(
                row("QoS 0", "", "", "30", ""),
                row("QoS 1", "", "", "32", ""),
                row("QoS 2", "", "", "34", ""),
                row("alias at QoS 0", "22 0003", "", "30", ""),
                row("alias at QoS 1", "22 0003", "", "32", ""),
                row("identifier of one byte", "", "0b 05", "32", ""),
                row("identifier of four bytes", "", "0b ff ff ff 7f", "34", ""),
                row("alias and identifier", "22 0003", "0b 80 01", "32", ""),
                row("user properties", "", "", "30", pair + pair),
                row("expiry", "", "", "32", "02 0000ffff"),
                row("everything", "22 0003", "0b 80 01", "34", "02 0000ffff 01 01 03 't' 08 'r' 09 0001 01" + pair));
    }

    private static Object[] row(String name, String connect, String subscribe, String publish, String properties) {
        String id = publish.equals("30") ? "" : "0001";
        return new Object[] {name, connect, subscribe, publish, "'size/x'" + id + counted(properties) + PAYLOAD};
    }

    private static String counted(String properties) {
        return HexFormat.of().toHexDigits((byte) RawClient.bytes(properties).length) + properties;
    }

    private RawClient subscriber(String id, int most) throws Exception {
        String maximum = "27" + HexFormat.of().toHexDigits(most);
        RawClient client = RawClient.connected5(LISTENER.address(), id, "02", maximum + connect);
        client.send(packet("82", "0001" + counted(subscribe) + "'size/x' 02"));
        client.expect("90 04 0001 00 02");
        return client;
    }

    private void publish(RawClient by) throws Exception {
        by.send(packet(first, rest));
        if (!first.equals("30")) {
            assertTrue(by.read().substring(0, 2).matches("40|50"));
        }
        if (first.equals("34")) {
            by.send("62 02 0001");
            by.expect("70 02 0001");
        }
    }

    @Test
    public void isExactToTheByte() throws Exception {
        int size;
        try (RawClient any = subscriber("any", 10_000);
                RawClient publisher = RawClient.connected5(LISTENER.address(), "publisher")) {
            publish(publisher);
            size = any.read().length() / 2;
        }
        long dropped = LISTENER.broker().dropped();
        try (RawClient fits = subscriber("fits", size);
                RawClient tight = subscriber("tight", size - 1 - aliasCost());
                RawClient publisher = RawClient.connected5(LISTENER.address(), "publisher")) {
            publish(publisher);
            assertEquals(size, fits.read().length() / 2);
            tight.send("c000");
            tight.expect("d000");
            assertEquals(1, LISTENER.broker().dropped("tight"));
            assertEquals(0, LISTENER.broker().dropped("fits"));
            assertEquals(dropped + 1, LISTENER.broker().dropped());
        }
    }

    /** Bytes of an alias, without which the message is sent where it does not fit otherwise. */
    private int aliasCost() {
        return connect.isEmpty() ? 0 : 3;
    }

    @Test
    public void anAliasIsLeftOutWhereItWouldBeTooLargeAndUsedWhereItHelps() throws Exception {
        if (connect.isEmpty()) {
            return;
        }
        int size;
        try (RawClient any = subscriber("any", 10_000);
                RawClient publisher = RawClient.connected5(LISTENER.address(), "publisher")) {
            publish(publisher);
            size = any.read().length() / 2;
        }
        try (RawClient tight = subscriber("tight", size - 1);
                RawClient publisher = RawClient.connected5(LISTENER.address(), "publisher")) {
            publish(publisher);
            assertEquals("without an alias", size - 3, tight.read().length() / 2);
        }
        try (RawClient fits = subscriber("fits", size);
                RawClient publisher = RawClient.connected5(LISTENER.address(), "publisher")) {
            publish(publisher);
            assertEquals(size, fits.read().length() / 2);
            publisher.send(packet(first, rest + "62".repeat("size/x".length())));
            if (!first.equals("30")) {
                publisher.read();
            }
            assertEquals(
                    "with the alias instead of the topic", size, fits.read().length() / 2);
        }
    }
}
