// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static io.amphora.mqtt.netty.RawClient.packet;
import static org.junit.Assert.assertEquals;

import io.amphora.mqtt.ClientInfo;
import io.amphora.mqtt.Connect;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.Authenticator;
import io.amphora.mqtt.spi.Authorizer;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.Rule;
import org.junit.Test;

/** Where MQTT 3.1 differs from 3.1.1: flags that it does not use, and what its answers cannot say. */
public final class Mqtt31Test {

    private final Credentials users = new Credentials();

    @Rule
    public final RunningListener listener = new RunningListener();

    private RawClient open() throws Exception {
        return new RawClient(listener.address());
    }

    private RawClient connected(String id, boolean clean) throws Exception {
        RawClient client = open();
        client.send(packet("10", "'MQIsdp' 03" + (clean ? "02" : "00") + "0000 '" + id + "'"));
        client.expect("20 02 00 00");
        return client;
    }

    private static String nibble(int flags) {
        return Integer.toHexString(flags);
    }

    @Test
    public void connackHasNoSessionPresent() throws Exception {
        connected("kept", false).close();
        connected("kept", false).close(); // expects 00 where 3.1.1 says 01
        try (RawClient later = open()) {
            later.send(packet("10", "'MQTT' 04 00 0000 'kept'"));
            later.expect("20 02 01 00");
        }
    }

    @Test
    public void flagsOfConnectAreIgnored() throws Exception {
        for (int flags = 0; flags < 16; flags++) {
            try (RawClient client = open()) {
                client.send(packet("1" + nibble(flags), "'MQIsdp' 03 02 0000 'flags'"));
                client.expect("20 02 00 00");
            }
        }
        for (String later : List.of("'MQTT' 04 02 0000 'flags'", "'MQTT' 84 02 0000 'flags'")) {
            try (RawClient client = open()) {
                client.send(packet("14", later));
                client.expectEnd();
            }
        }
        try (RawClient client = open()) {
            client.send(packet("14", "'MQTT' 05 02 0000 00 'flags'"));
            assertEquals("81", client.read().substring(6, 8));
            client.expectEnd();
        }
    }

    @Test
    public void requestsMayBeDuplicates() throws Exception {
        try (RawClient client = connected("again", true)) {
            for (String first : List.of("82", "8a", "83", "8b")) {
                client.send(packet(first, "0001 'x/y' 01"));
                client.expect("90 03 0001 01");
            }
            client.send(packet("34", "'z' 0002 31"));
            client.expect("50 02 0002");
            for (String first : List.of("62", "6a", "63", "6b")) {
                client.send(first + "02 0002");
                client.expect("70 02 0002");
            }
            for (String first : List.of("a2", "aa", "a3", "ab")) {
                client.send(packet(first, "0003 'x/y'"));
                client.expect("b0 02 0003");
            }
        }
    }

    @Test
    public void requestsOfAnotherQosAreMalformed() throws Exception {
        for (String request : List.of(packet("80", "0001 'x' 01"), packet("a4", "0001 'x'"), "60 02 0001")) {
            try (RawClient client = connected("qos", true)) {
                client.send(request);
                client.expectEnd();
            }
        }
    }

    @Test
    public void flagsOfOtherPacketsAreIgnored() throws Exception {
        try (RawClient client = connected("flags", true);
                RawClient publisher = connected("publisher", true)) {
            client.send(packet("82", "0001 'f/x' 02"));
            client.expect("90 03 0001 02");
            for (int flags = 0; flags < 16; flags++) {
                client.send("c" + nibble(flags) + "00");
                client.expect("d0 00");
            }
            publisher.send(packet("32", "'f/x' 0001 31"));
            publisher.expect("40 02 0001");
            client.expect(packet("32", "'f/x' 0001 31"));
            client.send("4d 02 0001");
            publisher.send(packet("34", "'f/x' 0002 32"));
            publisher.expect("50 02 0002");
            publisher.send("62 02 0002");
            publisher.expect("70 02 0002");
            client.expect(packet("34", "'f/x' 0002 32"));
            client.send("5b 02 0002");
            client.expect("62 02 0002");
            client.send("79 02 0002");
            publisher.send(packet("38", "'f/x' 33")); // DUP says nothing at QoS 0
            client.expect(packet("30", "'f/x' 33"));
            client.send("ef 00");
            client.expectEnd();
        }
    }

    @Test
    public void reservedBitsOfARequestedQosAreIgnored() throws Exception {
        try (RawClient client = connected("bits", true)) {
            client.send(packet("82", "0001 'a' fd 'b' 04"));
            client.expect("90 04 0001 01 00");
            client.send(packet("30", "'b' 31"));
            client.expect(packet("30", "'b' 31")); // 04 is no No Local
            client.send(packet("82", "0002 'a' 03"));
            client.expectEnd();
        }
    }

    @Test
    public void reservedFlagsOfConnectAreIgnored() throws Exception {
        for (String flags : List.of("03", "1a", "22", "3b")) { // a will's QoS and retain, and no will
            try (RawClient client = open()) {
                client.send(packet("10", "'MQIsdp' 03" + flags + "0000 'reserved'"));
                client.expect("20 02 00 00");
            }
        }
        try (RawClient client = open()) {
            client.send(packet("10", "'MQIsdp' 03 1e 0000 'reserved' 't' 'm'"));
            client.expectEnd(); // a will of QoS 3
        }
    }

    @Test
    public void credentialsThatTheFlagsPromiseMayBeMissing() throws Exception {
        Authenticator remembering = users;
        listener.broker().with(remembering);
        for (String[] row : new String[][] {
            {"c2", "", "null/null"},
            {"c2", "'user'", "user/null"},
            {"82", "", "null/null"},
            {"c2", "'user' 'secret'", "user/secret"},
            {"c6", "'t' 'm'", "null/null"}
        }) {
            try (RawClient client = open()) {
                client.send(packet("10", "'MQIsdp' 03" + row[0] + "0000 'who'" + row[1]));
                client.expect("20 02 00 00");
                assertEquals(row[2], users.seen);
            }
        }
        try (RawClient client = open()) {
            client.send(packet("10", "'MQIsdp' 03 42 0000 'who' 'secret'"));
            client.expectEnd(); // a password needs a user name
        }
        try (RawClient client = open()) {
            client.send(packet("10", "'MQTT' 04 c2 0000 'who'"));
            client.expectEnd();
        }
    }

    @Test
    public void subackHasNoFailure() throws Exception {
        listener.broker().with(new Authorizer() {
            @Override
            public Decision mayPublish(ClientInfo client, TopicName topic) {
                return Decision.ABSTAIN;
            }

            @Override
            public Decision maySubscribe(ClientInfo client, TopicFilter filter) {
                return filter.value().equals("secret") ? Decision.DENY : Decision.ALLOW;
            }
        });
        try (RawClient client = connected("denied", true);
                RawClient later = RawClient.connected4(listener.address(), "later", true)) {
            String subscribe = packet("82", "0001 'open' 02 'secret' 01");
            client.send(subscribe);
            client.expect("90 04 0001 02 01");
            later.send(subscribe);
            later.expect("90 04 0001 02 80");
            later.send(packet("30", "'secret' 31") + packet("30", "'open' 32"));
            client.expect(packet("30", "'open' 32"));
        }
    }

    @Test
    public void anotherProtocolNameAtLevel4IsClosedWithoutAWord() throws Exception {
        for (String start : List.of("'MQIsdp' 04", "'mqtt' 04", "'HTTP' 04", "'MQTTx' 84", "'MQIsdp' 84", "'' 04")) {
            try (RawClient client = open()) {
                client.send(packet("10", start + "02 0000 'x'"));
                client.expectEnd();
            }
        }
        for (String start : List.of("'MQTT' 03", "'MQTT' 83", "'MQTT' 06", "'MQIsdp' 05", "'MQIsdp' 02")) {
            try (RawClient client = open()) {
                client.send(packet("10", start + "02 0000 'x'"));
                client.expect("20 02 00 01"); // [MQTT-3.1.2-2] of 3.1.1
                client.expectEnd();
            }
        }
        for (String bridge : List.of("'MQTT' 84", "'MQIsdp' 83")) {
            try (RawClient client = open()) {
                client.send(packet("10", bridge + "02 0000 'x'"));
                client.expect("20 02 00 00");
            }
        }
    }

    /** Accepts everybody, and remembers the last credentials. */
    private static final class Credentials implements Authenticator {

        private volatile String seen = "";

        @Override
        public CompletableFuture<ReasonCode> authenticate(Connect packet, SocketAddress peer) {
            Optional<String> password = packet.password()
                    .map(bytes ->
                            StandardCharsets.UTF_8.decode(bytes.duplicate()).toString());
            seen = packet.username().orElse("null") + "/" + password.orElse("null");
            return CompletableFuture.completedFuture(ReasonCode.SUCCESS);
        }
    }
}
