// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.situations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.Waiting;
import io.amphora.itests.wire.Body;
import io.amphora.itests.wire.Packet;
import io.amphora.itests.wire.Packet.Acknowledgement;
import io.amphora.itests.wire.Packet.Message;
import io.amphora.itests.wire.RawClient;
import java.io.IOException;
import java.util.Optional;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** What MQTT itself has to offer to a command, and what a command is not. */
@RunWith(Parameterized.class)
public final class CommandsOverMqtt {

    @ClassRule
    public static final SharedBroker BROKER = new SharedBroker();

    private static final byte[] META = "{\"name\":\"n\"}".getBytes(UTF_8);
    private static final byte[] ABC = "abc".getBytes(UTF_8);
    private static final byte[] EMPTY = new byte[0];

    private static final int QOS_0 = 0;
    private static final int QOS_2 = 4;

    private final Form form;

    public CommandsOverMqtt(Form form) {
        this.form = form;
    }

    @Parameterized.Parameters(name = "{0}")
    public static Form[] forms() {
        return Form.values();
    }

    private Device device(String clientId) throws IOException {
        return BROKER.device(clientId + form, form);
    }

    private RawClient client(int version, String clientId) throws IOException {
        RawClient client = new RawClient(BROKER.address(), version);
        client.connect(clientId + form, true);
        return client;
    }

    private void assertDelivered(String clientId) throws IOException {
        assertEquals("abc", new String(BROKER.delivered(clientId + form, "f", "n"), UTF_8));
        assertEquals(1, BROKER.deliveries(clientId + form, "f"));
    }

    @Test
    public void withQos0TheResultIsOnTheResponseTopicOnly() throws Exception {
        try (Device device = device("q0")) {
            String[] commands = {"f/init", "f/0", "f/fin/3", "f/status"};
            byte[][] payloads = {META, ABC, EMPTY, EMPTY};
            for (int i = 0; i < commands.length; i++) {
                device.publish(QOS_0, commands[i], payloads[i]);
                assertEquals(0, device.result(form.topic(commands[i]), 0).code());
            }
            device.publish(QOS_0, "f/x", EMPTY);
            assertEquals("invalid_offset", device.result(form.topic("f/x"), 0).token());
        }
        assertDelivered("q0");
    }

    @Test
    public void withQos2TheResultIsInPubrec() throws Exception {
        try (Device device = device("q2")) {
            assertEquals(0, exactlyOnce(device, "f/init", META).code());
            assertEquals(0, exactlyOnce(device, "f/0", ABC).code());
            Acknowledgement refused = exactlyOnce(device, "f/fin/4", EMPTY);
            assertEquals(0x80, refused.code());
            assertTrue(refused.reason().get(), refused.reason().get().startsWith("incomplete: "));
            assertEquals(0x83, exactlyOnce(device, "f/-1", EMPTY).code());
            assertEquals(0, exactlyOnce(device, "f/fin/3", EMPTY).code());
        }
        assertDelivered("q2");
    }

    /** The dialogue of one QoS 2 message; returns its PUBREC. */
    private Acknowledgement exactlyOnce(Device device, String command, byte[] payload) throws IOException {
        int packetId = device.publish(QOS_2, command, payload);
        Acknowledgement received = device.client().acknowledgement(Packet.PUBREC);
        assertEquals(packetId, received.packetId());
        Result result = device.result(form.topic(command), packetId);
        assertTrue(result.toString(), received.code() == result.code() || received.code() == 0);
        if (received.code() < 0x80) {
            device.client().send(new Body().two(packetId).packet(Packet.PUBREL));
            assertEquals(
                    new Acknowledgement(packetId, 0, Optional.empty()),
                    device.client().acknowledgement(Packet.PUBCOMP));
        }
        return received;
    }

    @Test
    public void aQos2CommandThatIsSentTwiceIsCarriedOutOnce() throws Exception {
        try (Device device = device("q2dup")) {
            device.init("f", "n");
            int packetId = device.publish(QOS_2, "f/0", ABC);
            assertEquals(0, device.client().acknowledgement(Packet.PUBREC).code());
            assertEquals(0, device.result(form.topic("f/0"), packetId).code());
            device.client().publish(QOS_2 | Device.DUP, packetId, form.topic("f/0"), new Body(), ABC);
            assertEquals(0, device.client().acknowledgement(Packet.PUBREC).code());
            device.client().send(new Body().two(packetId).packet(Packet.PUBREL));
            assertEquals(0, device.client().acknowledgement(Packet.PUBCOMP).code());
            device.client().expectNothing();
            device.ok("f/fin/3", EMPTY);
        }
        assertDelivered("q2dup");
    }

    @Test
    public void aTopicAliasStandsForACommand() throws Exception {
        try (Device device = device("alias")) {
            device.init("f", "n");
            int first = publish(device, form.topic("f/0"), alias(7), "xxx".getBytes(UTF_8));
            assertAnswered(device, "f/0", first);
            int second = publish(device, "", alias(7), ABC);
            assertAnswered(device, "f/0", second);
            int fin = publish(device, form.topic("f/fin/3"), alias(7), EMPTY);
            assertAnswered(device, "f/fin/3", fin);
            assertAnswered(device, "f/fin/3", publish(device, "", alias(7), EMPTY));
        }
        assertDelivered("alias");
    }

    private static Body alias(int alias) {
        return new Body().one(0x23).two(alias);
    }

    private static int publish(Device device, String topic, Body properties, byte[] payload) throws IOException {
        int packetId = device.nextPacketId();
        device.client().publish(Device.QOS_1, packetId, topic, properties, payload);
        return packetId;
    }

    private void assertAnswered(Device device, String command, int packetId) throws IOException {
        Acknowledgement expected = new Acknowledgement(packetId, 0, Optional.empty());
        assertEquals(expected, device.client().acknowledgement(Packet.PUBACK));
        assertEquals(0, device.result(form.topic(command), packetId).code());
    }

    @Test
    public void theResultGoesToTheResponseTopicWithTheCorrelationData() throws Exception {
        byte[] correlation = {0, 1, (byte) 0xFF};
        try (Device device = device("topic");
                RawClient other = client(RawClient.MQTT_5, "topic-reader")) {
            assertEquals(1, other.subscribe(1, "answers/" + form));
            Body properties = new Body()
                    .one(0x08)
                    .text("answers/" + form)
                    .one(0x09)
                    .binary(correlation)
                    .one(0x26)
                    .text("k")
                    .text("v")
                    .one(0x01)
                    .one(1)
                    .one(0x02)
                    .four(600);
            int packetId = publish(device, form.topic("f/status"), properties, EMPTY);
            Acknowledgement refused = device.client().acknowledgement(Packet.PUBACK);
            Message message = other.message();
            assertEquals("answers/" + form, message.topic());
            assertArrayEquals(correlation, message.properties().get(Packet.CORRELATION_DATA));
            assertEquals(Optional.of("application/json"), message.property(Packet.CONTENT_TYPE));
            Result result = Result.parse(message.text());
            assertEquals(0x10, result.code());
            assertEquals(packetId, result.packetId());
            assertEquals(result.reasonString(), refused.reason());
            other.expectNothing();
        }
    }

    @Test
    public void correlationDataAloneComeBackOnTheUsualTopic() throws Exception {
        try (Device device = device("correlation")) {
            publish(device, form.topic("f/abort"), new Body().one(0x09).binary(ABC), EMPTY);
            assertEquals(0, device.client().acknowledgement(Packet.PUBACK).code());
            assertArrayEquals(ABC, device.client().message().properties().get(Packet.CORRELATION_DATA));
        }
    }

    @Test
    public void whoWantsNoReasonsGetsNone() throws Exception {
        try (RawClient client = new RawClient(BROKER.address(), RawClient.MQTT_5)) {
            Body properties = new Body().one(0x17).one(0);
            client.send(new Body()
                    .text("MQTT")
                    .one(5)
                    .one(2)
                    .two(0)
                    .properties(properties)
                    .text("curt" + form)
                    .packet(Packet.CONNECT));
            assertEquals(0, client.await(Packet.CONNACK).connected());
            client.publish(Device.QOS_1, 1, form.topic("f/0"), new Body(), ABC);
            assertEquals(new Acknowledgement(1, 0x10, Optional.empty()), client.acknowledgement(Packet.PUBACK));
        }
    }

    @Test
    public void mqtt31ReadsTheResponseTopic() throws Exception {
        beforeMqtt5(RawClient.MQTT_3_1, "v31");
    }

    @Test
    public void mqtt311ReadsTheResponseTopic() throws Exception {
        beforeMqtt5(RawClient.MQTT_3_1_1, "v311");
    }

    private void beforeMqtt5(int version, String clientId) throws Exception {
        try (Device device = Device.connect(BROKER.address(), version, clientId + form, form)) {
            device.refused(0x10, "unknown_transfer", "f/0", "abc");
            device.refused(0x83, "invalid_filename", "f/init", "{\"name\":\"..\"}");
            device.init("f", "n");
            device.ok("f/0", ABC);
            device.refused(0x80, "incomplete", "f/fin/4", "");
            assertEquals("\"state\":\"receiving\",\"received\":[[0,3]]", device.status("f"));
            device.ok("f/fin/3", EMPTY);
            int packetId = device.publish(QOS_2, "f/x", EMPTY);
            assertEquals(
                    packetId, device.client().acknowledgement(Packet.PUBREC).packetId());
            device.client().send(new Body().two(packetId).packet(Packet.PUBREL));
            assertEquals(
                    packetId, device.client().acknowledgement(Packet.PUBCOMP).packetId());
            assertEquals(
                    "invalid_offset", device.result(form.topic("f/x"), packetId).token());
        }
        assertDelivered(clientId);
    }

    @Test
    public void aClientIdThatNoTopicCanHoldStillUploads() throws Exception {
        String clientId = form == Form.SYNCHRONOUS ? "#" : "a/+";
        try (RawClient client = new RawClient(BROKER.address(), RawClient.MQTT_5)) {
            client.connect(clientId, true);
            String[] commands = {"f/init", "f/0", "f/fin/3"};
            byte[][] payloads = {META, ABC, EMPTY};
            for (int i = 0; i < commands.length; i++) {
                client.publish(Device.QOS_1, i + 1, form.topic(commands[i]), new Body(), payloads[i]);
                assertEquals(
                        commands[i], 0, client.acknowledgement(Packet.PUBACK).code());
            }
            Waiting.until("it is delivered", () -> BROKER.deliveries(clientId, "f") == 1);
            client.expectNothing();
        }
    }
}
