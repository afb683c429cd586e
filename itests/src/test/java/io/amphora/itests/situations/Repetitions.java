// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.situations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;

import io.amphora.itests.Waiting;
import io.amphora.itests.wire.Body;
import io.amphora.itests.wire.Packet;
import io.amphora.itests.wire.Packet.Acknowledgement;
import io.amphora.itests.wire.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** Every command is repeated, at every stage and over every connection; the file is delivered once. */
@RunWith(Parameterized.class)
public final class Repetitions {

    @ClassRule
    public static final SharedBroker BROKER = new SharedBroker();

    private static final byte[] EMPTY = new byte[0];
    private static final String RECEIVING = "\"state\":\"receiving\",\"received\":[[0,3]]";

    private final Form form;

    public Repetitions(Form form) {
        this.form = form;
    }

    @Parameterized.Parameters(name = "{0}")
    public static Form[] forms() {
        return Form.values();
    }

    private Device device(String clientId) throws IOException {
        return BROKER.device(clientId + form, form);
    }

    private void begin(Device device) throws IOException {
        device.init("f", "n");
        device.ok("f/0", "abc");
    }

    private void assertDeliveredOnce(String clientId) throws IOException {
        Path file = BROKER.exports().pathOf(clientId + form, "f", "n");
        assertEquals("abc", new String(Files.readAllBytes(file), UTF_8));
        assertEquals(1, BROKER.deliveries(clientId + form, "f"));
    }

    @Test
    public void everyCommandTwiceOnOneConnection() throws Exception {
        try (Device device = device("twice")) {
            for (int repeated = 0; repeated < 2; repeated++) {
                device.init("f", "n");
                device.ok("f/0", "ab");
                device.ok("f/2", "c");
                device.refused(0x80, "incomplete", "f/fin/4", "");
            }
            for (int repeated = 0; repeated < 2; repeated++) {
                device.ok("f/fin/3", "");
                device.init("f", "n");
                device.ok("f/0", "ab");
                device.repeated("f/2", "c");
                device.repeated("f/fin/3", "");
            }
        }
        assertDeliveredOnce("twice");
    }

    @Test
    public void everyCommandAgainOnANewConnection() throws Exception {
        String[] commands = {"f/init", "f/0", "f/fin/3"};
        String[] payloads = {"{\"name\":\"n\"}", "abc", ""};
        for (int i = 0; i < commands.length; i++) {
            Device first = device("anew");
            first.ok(commands[i], payloads[i]);
            first.vanish();
            try (Device second = device("anew")) {
                second.repeated(commands[i], payloads[i]);
            }
        }
        assertDeliveredOnce("anew");
    }

    @Test
    public void unansweredCommandsAgainOnANewConnection() throws Exception {
        byte[][] payloads = {"{\"name\":\"n\"}".getBytes(UTF_8), "abc".getBytes(UTF_8), EMPTY};
        String[] commands = {"f/init", "f/0", "f/fin/3"};
        Device first = device("unanswered");
        for (int i = 0; i < commands.length; i++) {
            first.publish(Device.QOS_1, commands[i], payloads[i]);
        }
        first.vanish();
        try (RawClient second = new RawClient(BROKER.address(), RawClient.MQTT_5)) {
            second.connect("unanswered" + form, true);
            for (int i = 0; i < commands.length; i++) {
                second.publish(Device.QOS_1 | Device.DUP, i + 1, form.topic(commands[i]), new Body(), payloads[i]);
                assertEquals(new Acknowledgement(i + 1, 0, Optional.empty()), second.acknowledgement(Packet.PUBACK));
            }
        }
        Waiting.until("it is delivered", () -> BROKER.deliveries("unanswered" + form, "f") > 0);
        assertDeliveredOnce("unanswered");
    }

    @Test
    public void finsBeforeDuringAndAfterTheDelivery() throws Exception {
        try (Device device = device("fins")) {
            device.refused(0x80, "unknown_transfer", "f/fin/3", "");
            device.init("f", "n");
            device.refused(0x80, "incomplete", "f/fin/3", "");
            device.ok("f/0", "abc");
            List<Integer> fins = BROKER.during(BROKER.failingExports(), () -> {
                List<Integer> accepted = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    accepted.add(device.finLater("f/fin/3"));
                    device.init("f", "n");
                    device.repeated("f/0", "abc");
                }
                return accepted;
            });
            for (int fin : fins) {
                assertEquals(0, device.finResult("f/fin/3", fin).code());
            }
            device.ok("f/fin/3", "");
        }
        assertDeliveredOnce("fins");
    }

    @Test
    public void aSessionIsTakenOverDuringAFin() throws Exception {
        String clientId = "taken" + form;
        Device first = Device.resume(BROKER.address(), clientId, form);
        begin(first);
        List<Integer> fins = new ArrayList<>();
        Device second = BROKER.during(BROKER.failingExports(), () -> {
            fins.add(first.finLater("f/fin/3"));
            first.settle(); // what is not yet read when the other comes is lost with the connection
            Device other = Device.resume(BROKER.address(), clientId, form);
            assertEquals(0x8E, first.client().expectEnd());
            assertEquals("\"state\":\"exporting\",\"size\":3,\"received\":[[0,3]]", other.status("f"));
            fins.add(other.finLater("f/fin/3"));
            return other;
        });
        try (second) {
            assertEquals(0, second.result(form.topic("f/fin/3"), fins.get(0)).code());
            assertEquals(0, second.finResult("f/fin/3", fins.get(1)).code());
            second.ok("f/fin/3", "");
        }
        assertDeliveredOnce("taken");
    }

    @Test
    public void aSessionIsTakenOverAgainAndAgainWhileSegmentsComeIn() throws Exception {
        String clientId = "chased" + form;
        byte[] segment = new byte[10_000];
        Device device = Device.resume(BROKER.address(), clientId, form);
        device.init("f", "n");
        int size = 0;
        for (int takeover = 0; takeover < 10; takeover++) {
            device.publish(Device.QOS_1, "f/" + size, segment);
            Device next = Device.resume(BROKER.address(), clientId, form);
            device.client().expectEnd();
            next.publish(Device.QOS_1 | Device.DUP, "f/" + size, segment);
            awaitAnswer(next, "f/" + size);
            size += segment.length;
            device = next;
        }
        device.vanish();
        try (Device last = device("chased")) {
            last.ok("f/fin/" + size, "");
        }
        assertEquals(size, BROKER.delivered(clientId, "f", "n").length);
        assertEquals(1, BROKER.deliveries(clientId, "f"));
    }

    /** The answer to the first command of a connection; results of the earlier connection may come before it. */
    private void awaitAnswer(Device device, String command) throws IOException {
        assertEquals(
                new Acknowledgement(1, 0, Optional.empty()), device.client().acknowledgement(Packet.PUBACK));
        Result result;
        do {
            result = Result.parse(device.client().message().text());
            assertEquals(0, result.code());
        } while (result.packetId() != 1 || !result.topic().equals(form.topic(command)));
    }

    @Test
    public void twoClientsWithTheSameFileIdAreStrangers() throws Exception {
        try (Device one = device("one");
                Device two = device("two")) {
            begin(one);
            two.refused(0x10, "unknown_transfer", "f/status", "");
            begin(two);
            two.ok("f/abort", "");
            assertEquals(RECEIVING, one.status("f"));
            one.ok("f/fin/3", "");
            two.refused(0x80, "unknown_transfer", "f/fin/3", "");
        }
        assertDeliveredOnce("one");
    }

    @Test
    public void bothFormsServeOneTransfer() throws Exception {
        Form other = form == Form.SYNCHRONOUS ? Form.ASYNCHRONOUS : Form.SYNCHRONOUS;
        try (Device device = device("mixed")) {
            device.init("f", "n");
        }
        try (Device device = BROKER.device("mixed" + form, other)) {
            device.ok("f/0", "abc");
        }
        try (Device device = device("mixed")) {
            device.ok("f/fin/3", "");
        }
        assertDeliveredOnce("mixed");
    }
}
