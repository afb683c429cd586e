// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.situations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.wire.Body;
import io.amphora.itests.wire.Packet;
import io.amphora.itests.wire.Packet.Acknowledgement;
import io.amphora.itests.wire.Packet.Message;
import io.amphora.itests.wire.RawClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A client that uploads in lockstep and holds the broker to its word: what the acknowledgement says and what the response
 * says has to be the same, and nothing else may come. Confined to the test's thread.
 */
final class Device implements AutoCloseable {

    static final int QOS_1 = 2;
    static final int DUP = 8;

    private final RawClient client;
    private final String clientId;
    private final Form form;
    private int lastPacketId;

    private Device(RawClient client, String clientId, Form form) {
        this.client = client;
        this.clientId = clientId;
        this.form = form;
    }

    /** Connects with MQTT 5 and subscribes to its results. */
    static Device connect(InetSocketAddress broker, String clientId, Form form) throws IOException {
        return connect(broker, RawClient.MQTT_5, clientId, form);
    }

    static Device connect(InetSocketAddress broker, int version, String clientId, Form form) throws IOException {
        Device device = new Device(new RawClient(broker, version), clientId, form);
        device.client.connect(clientId, true);
        assertEquals(1, device.client.subscribe(device.nextPacketId(), device.responseTopic()));
        return device;
    }

    /** Connects with MQTT 5 and a session that stays; subscribes unless the session was there. */
    static Device resume(InetSocketAddress broker, String clientId, Form form) throws IOException {
        Device device = new Device(new RawClient(broker, RawClient.MQTT_5), clientId, form);
        if (!device.client.connect(clientId, false).sessionPresent()) {
            assertEquals(1, device.client.subscribe(device.nextPacketId(), device.responseTopic()));
        }
        return device;
    }

    /** Hangs up without waiting for answers and connects anew; packet ids go on, so that late results can be told apart. */
    Device comeBack(InetSocketAddress broker) throws IOException {
        client.hangUp();
        Device device = connect(broker, client.version(), clientId, form);
        device.lastPacketId = lastPacketId;
        return device;
    }

    RawClient client() {
        return client;
    }

    String clientId() {
        return clientId;
    }

    String responseTopic() {
        return "$file-response/" + clientId;
    }

    int nextPacketId() {
        lastPacketId = lastPacketId % 0xFFFF + 1;
        return lastPacketId;
    }

    /** Begins a transfer whose file has this name. */
    void init(String fileId, String name) throws IOException {
        ok(fileId + "/init", "{\"name\":\"" + name + "\"}");
    }

    /** Sends a command that has to succeed. */
    void ok(String command, String payload) throws IOException {
        ok(command, payload.getBytes(UTF_8));
    }

    void ok(String command, byte[] payload) throws IOException {
        Result result = send(command, payload);
        assertEquals(result.toString(), 0, result.code());
        assertEquals(result.toString(), "success", result.token());
    }

    /** Asks what there is of a transfer; returns the members of the answer. */
    String status(String fileId) throws IOException {
        Result result = send(fileId + "/status", new byte[0]);
        assertEquals(result.toString(), 0, result.code());
        return result.view();
    }

    /** Sends a command that has to fail so; returns the sentence for a person. */
    String refused(int code, String token, String command, String payload) throws IOException {
        Result result = send(command, payload.getBytes(UTF_8));
        assertEquals(result.toString(), token, result.token());
        assertEquals(result.toString(), code, result.code());
        return result.detail();
    }

    /** Sends a command that has to succeed once more, marked as a duplicate. */
    void repeated(String command, String payload) throws IOException {
        ok(QOS_1 | DUP, command, payload);
    }

    /** Sends a command that has to succeed, with the flags of a QoS 1 message. */
    void ok(int flags, String command, String payload) throws IOException {
        int packetId = publish(flags, command, payload.getBytes(UTF_8));
        assertEquals(new Acknowledgement(packetId, 0, Optional.empty()), client.acknowledgement(Packet.PUBACK));
        assertEquals(0, result(form.topic(command), packetId).code());
    }

    /** Sends a command with QoS 1 and waits for its acknowledgement and its result, which have to agree. */
    Result send(String command, byte[] payload) throws IOException {
        int packetId = publish(QOS_1, command, payload);
        Acknowledgement acknowledgement = client.acknowledgement(Packet.PUBACK);
        assertEquals(packetId, acknowledgement.packetId());
        Result result = result(form.topic(command), packetId);
        assertAgrees(acknowledgement, result);
        return result;
    }

    /** Sends a command; the answers are to be read by the test. Returns its packet id. */
    int publish(int flags, String command, byte[] payload) throws IOException {
        int packetId = nextPacketId();
        client.publish(flags, packetId, form.topic(command), new Body(), payload);
        return packetId;
    }

    /** Sends a fin that is accepted and not done: the acknowledgement, if it is asynchronous, is taken. */
    int finLater(String command) throws IOException {
        int packetId = publish(QOS_1, command, new byte[0]);
        if (form == Form.ASYNCHRONOUS) {
            Acknowledgement accepted = client.acknowledgement(Packet.PUBACK);
            assertEquals(new Acknowledgement(packetId, 0, Optional.empty()), accepted);
        }
        return packetId;
    }

    /** Waits for what {@link #finLater} comes to. */
    Result finResult(String command, int packetId) throws IOException {
        Result result = result(form.topic(command), packetId);
        if (form == Form.SYNCHRONOUS) {
            Acknowledgement acknowledgement = client.acknowledgement(Packet.PUBACK);
            assertEquals(packetId, acknowledgement.packetId());
            assertAgrees(acknowledgement, result);
        }
        return result;
    }

    /** The next message, which has to be the result of this command. */
    Result result(String topic, int packetId) throws IOException {
        Message message = client.message();
        assertEquals(responseTopic(), message.topic());
        assertEquals(1, message.qos());
        Result result = Result.parse(message.text());
        assertEquals(topic, result.topic());
        assertEquals(packetId, result.packetId());
        assertEquals(result.toString(), result.code() == 0, result.detail().isEmpty());
        return result;
    }

    private void assertAgrees(Acknowledgement acknowledgement, Result result) {
        if (client.version() != RawClient.MQTT_5) {
            assertEquals(new Acknowledgement(acknowledgement.packetId(), 0, Optional.empty()), acknowledgement);
            return;
        }
        boolean accepted =
                acknowledgement.code() == 0 && acknowledgement.reason().isEmpty();
        if (form == Form.SYNCHRONOUS || !accepted) {
            assertEquals(result.toString(), result.code(), acknowledgement.code());
            assertEquals(result.reasonString(), acknowledgement.reason());
        } else {
            assertTrue(result.toString(), result.code() == 0 || result.topic().contains("/fin/"));
        }
    }

    /** Sees that nothing has come that was not asked for, and goes. */
    @Override
    public void close() throws IOException {
        client.expectNothing();
        client.disconnect();
    }

    /** Waits until the broker has taken all that was sent, acknowledgements too. */
    void settle() throws IOException {
        client.expectNothing();
    }

    /** Goes without a word. */
    void vanish() throws IOException {
        client.close();
    }
}
