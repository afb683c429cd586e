// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.situations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import io.amphora.itests.wire.Body;
import io.amphora.itests.wire.Packet;
import io.amphora.itests.wire.RawClient;
import java.io.IOException;
import java.util.List;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** Commands and their results are no messages: nobody else gets them, and nobody forges them. */
@RunWith(Parameterized.class)
public final class CommandsAndSubscribers {

    @ClassRule
    public static final SharedBroker BROKER = new SharedBroker();

    private static final byte[] ABC = "abc".getBytes(UTF_8);
    private static final int RETAIN = 1;

    private final Form form;

    public CommandsAndSubscribers(Form form) {
        this.form = form;
    }

    @Parameterized.Parameters(name = "{0}")
    public static Form[] forms() {
        return Form.values();
    }

    private RawClient client(int version, String clientId) throws IOException {
        RawClient client = new RawClient(BROKER.address(), version);
        client.connect(clientId + form, true);
        return client;
    }

    @Test
    public void filtersOfCommandsAreRefused() throws Exception {
        String prefix = form.topic("");
        for (String filter :
                List.of(prefix, prefix + "#", prefix + "+/init", prefix + "f/0", "$share/g/" + prefix + "#")) {
            try (RawClient five = client(RawClient.MQTT_5, "filters");
                    RawClient before = client(RawClient.MQTT_3_1_1, "filters311")) {
                assertEquals(filter, 0x8F, five.subscribe(1, filter));
                assertEquals(filter, 0x80, before.subscribe(1, filter));
            }
        }
    }

    @Test
    public void nobodyReadsOrForgesTheResultsOfOthers() throws Exception {
        String[] filters = {
            "$file-response/other", "$file-response/#", "$file-response/+", "$share/g/$file-response/other"
        };
        try (RawClient five = client(RawClient.MQTT_5, "spy");
                RawClient before = client(RawClient.MQTT_3_1_1, "spy311")) {
            for (String filter : filters) {
                assertEquals(filter, 0x87, five.subscribe(1, filter));
                assertEquals(filter, 0x80, before.subscribe(1, filter));
            }
            five.publish(Device.QOS_1, 2, "$file-response/other", new Body(), ABC);
            assertEquals(0x87, five.acknowledgement(Packet.PUBACK).code());
        }
    }

    @Test
    public void commandsAreNeitherRoutedNorRetained() throws Exception {
        try (RawClient all = client(RawClient.MQTT_5, "all");
                Device device = BROKER.device("silent" + form, form)) {
            for (String filter : List.of("#", "+/#", "+/f/init", "$file", "$file-async")) {
                assertEquals(1, all.subscribe(1, filter));
            }
            device.ok(Device.QOS_1 | RETAIN, "f/init", "{\"name\":\"n\"}");
            device.ok(Device.QOS_1 | RETAIN, "f/0", "abc");
            device.ok(Device.QOS_1 | RETAIN, "f/fin/3", "");
            assertEquals(1, all.subscribe(1, "#"));
            all.expectNothing();
        }
        assertArrayEquals(ABC, BROKER.delivered("silent" + form, "f", "n"));
    }

    @Test
    public void aWillIsNoCommand() throws Exception {
        try (Device device = BROKER.device("dying" + form, form)) {
            device.init("f", "n");
            device.ok("f/0", ABC);
        }
        publishWillByTakeover("dying" + form, form.topic("f/fin/3"));
        try (Device device = BROKER.device("dying" + form, form)) {
            assertEquals("\"state\":\"receiving\",\"received\":[[0,3]]", device.status("f"));
        }
    }

    @Test
    public void aWillForgesNoResult() throws Exception {
        try (Device device = BROKER.device("believer" + form, form)) {
            publishWillByTakeover("forger" + form, device.responseTopic());
            device.client().expectNothing();
        }
    }

    /** A client's will is due when another connection takes its session, which is over then. */
    private static void publishWillByTakeover(String clientId, String topic) throws IOException {
        try (RawClient dying = new RawClient(BROKER.address(), RawClient.MQTT_3_1_1);
                RawClient heir = new RawClient(BROKER.address(), RawClient.MQTT_3_1_1)) {
            dying.send(new Body()
                    .text("MQTT")
                    .one(4)
                    .one(2 | 4 | 8)
                    .two(0)
                    .text(clientId)
                    .text(topic)
                    .text("{}")
                    .packet(Packet.CONNECT));
            assertEquals(0, dying.await(Packet.CONNACK).connected());
            heir.connect(clientId, true);
            dying.expectEnd();
        }
    }
}
