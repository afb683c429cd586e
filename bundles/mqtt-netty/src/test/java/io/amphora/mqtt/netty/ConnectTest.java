// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static io.amphora.mqtt.netty.RawClient.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.broker.TestBroker;
import io.amphora.mqtt.spi.Authenticator;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.Rule;
import org.junit.Test;

/** CONNECT and CONNACK, byte by byte. */
public final class ConnectTest {

    private final CompletableFuture<ReasonCode> verdict = new CompletableFuture<>();
    private final TestBroker broker = new TestBroker();

    @Rule
    public final RunningListener listener = new RunningListener(broker);

    private RawClient client() throws IOException {
        return new RawClient(listener.address());
    }

    @Test
    public void versions31And311GetAShortConnack() throws Exception {
        try (RawClient client = client()) {
            client.send(packet("10", "'MQIsdp' 03 02 003c 'a'"));
            client.expect("20 02 00 00");
        }
        try (RawClient client = client()) {
            client.send(packet("10", "'MQTT' 04 02 003c 'b'"));
            client.expect("20 02 00 00");
        }
    }

    @Test
    public void version5IsToldTheLimits() throws Exception {
        try (RawClient client = client()) {
            client.send(RawClient.connect5("c", "02", ""));
            client.expect("20 0e 00 00 0b 21 0100 22 0008 27 00100000");
        }
    }

    @Test
    public void anEmptyClientIdentifierIsReplaced() throws Exception {
        try (RawClient client = client()) {
            client.send(RawClient.connect5("", "02", ""));
            String connack = client.read();
            assertTrue(connack, connack.contains("12002c" + "616d70686f72612d"));
        }
        try (RawClient client = client()) {
            client.send(packet("10", "'MQTT' 04 02 0000 ''"));
            client.expect("20 02 00 00");
        }
    }

    @Test
    public void anEmptyClientIdentifierNeedsACleanSessionBefore5() throws Exception {
        try (RawClient client = client()) {
            client.send(packet("10", "'MQTT' 04 00 0000 ''"));
            client.expect("20 02 00 02");
            client.expectEnd();
        }
    }

    @Test
    public void aLongClientIdentifierIsFineIn31() throws Exception {
        try (RawClient client = client()) {
            client.send(packet("10", "'MQIsdp' 03 02 0000 'a-client-identifier-of-more-than-23-bytes'"));
            client.expect("20 02 00 00");
        }
    }

    @Test
    public void anUnknownVersionIsRefused() throws Exception {
        try (RawClient client = client()) {
            client.send(packet("10", "'MQTT' 09 02 0000 'a'"));
            client.expect("20 02 00 01");
            client.expectEnd();
        }
    }

    @Test
    public void aMalformedConnectIsToldSoOnlyIn5() throws Exception {
        try (RawClient client = client()) {
            client.send(RawClient.connect5("a", "03", ""));
            assertEquals("81", client.read().substring(6, 8));
            client.expectEnd();
        }
        try (RawClient client = client()) {
            client.send(packet("10", "'MQTT' 04 03 0000 'a'"));
            client.expectEnd();
        }
    }

    @Test
    public void anythingBeforeConnectEndsTheConnection() throws Exception {
        try (RawClient client = client()) {
            client.send(packet("c0", ""));
            client.expectEnd();
        }
    }

    @Test
    public void aReceiveMaximumOfZeroIsAProtocolError() throws Exception {
        try (RawClient client = client()) {
            client.send(RawClient.connect5("a", "02", "21 0000"));
            assertEquals("82", client.read().substring(6, 8));
            client.expectEnd();
        }
    }

    @Test
    public void noAuthenticationMethodIsInstalled() throws Exception {
        try (RawClient client = client()) {
            client.send(RawClient.connect5("a", "02", "15 'SCRAM'"));
            assertEquals("8c", client.read().substring(6, 8));
            client.expectEnd();
        }
    }

    @Test
    public void whatFollowsConnectWaitsForTheAuthenticator() throws Exception {
        Authenticator slow = (packet, peer) -> verdict;
        broker.with(slow);
        try (RawClient client = client()) {
            client.send(packet("10", "'MQTT' 04 02 003c 'b'") + packet("32", "'a/b' 0007 'x'") + packet("c0", ""));
            verdict.complete(ReasonCode.SUCCESS);
            client.expect("20 02 00 00");
            client.expect("40 02 0007");
            client.expect("d0 00");
        }
    }

    @Test
    public void whoIsNotAuthenticatedIsRefused() throws Exception {
        verdict.complete(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        Authenticator strict = (packet, peer) -> verdict;
        broker.with(strict);
        try (RawClient client = client()) {
            client.send(RawClient.connect5("a", "02", ""));
            assertEquals("86", client.read().substring(6, 8));
            client.expectEnd();
        }
        try (RawClient client = client()) {
            client.send(packet("10", "'MQTT' 04 02 003c 'b'"));
            client.expect("20 02 00 04");
            client.expectEnd();
        }
    }

    @Test
    public void anotherConnectionTakesTheSessionOver() throws Exception {
        try (RawClient first = RawClient.connected5(listener.address(), "same");
                RawClient second = RawClient.connected5(listener.address(), "same")) {
            assertEquals("8e", first.read().substring(4, 6));
            first.expectEnd();
            second.send("c000");
            second.expect("d000");
        }
    }

    @Test
    public void silenceForLongerThanTheKeepAliveEndsTheConnection() throws Exception {
        try (RawClient client = client()) {
            client.send(packet("10", "'MQTT' 05 02 0001 00 'quiet'"));
            client.read();
            assertEquals("8d", client.read().substring(4, 6));
            client.expectEnd();
        }
    }

    @Test
    public void withoutConnectTheConnectionEnds() throws Exception {
        EventLoops loops = new EventLoops(1, 1, "nio");
        try (MqttListener hasty = new MqttListener(RunningListener.settings(0, 50), broker.broker(), loops);
                RawClient client = new RawClient(hasty.address())) {
            client.expectEnd();
        } finally {
            loops.close();
        }
    }

    @Test
    public void aTrickleOfBytesDoesNotPutOffTheEnd() throws Exception {
        EventLoops loops = new EventLoops(1, 1, "nio");
        try (MqttListener hasty = new MqttListener(RunningListener.settings(0, 300), broker.broker(), loops);
                RawClient client = new RawClient(hasty.address())) {
            client.trickle(RawClient.bytes(RawClient.connect5("x".repeat(60_000), "02", "")));
        } finally {
            loops.close();
        }
    }

    @Test
    public void whoSendsTooMuchIsToldSoWhileItSends() throws Exception {
        try (RawClient client = RawClient.connected5(listener.address(), "much")) {
            client.send("30 ff ff ff 7f" + "00".repeat(4 << 20));
            assertEquals("95", client.read().substring(4, 6));
            client.expectEnd();
        }
    }

    @Test
    public void whoNeverClosesIsClosed() throws Exception {
        try (RawClient client = RawClient.connected5(listener.address(), "stays")) {
            client.send("e0 00");
            client.expectEnd();
            while (listener.listener().connections() > 0) {
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    @Test
    public void stoppingTellsTheClients() throws Exception {
        try (RawClient five = RawClient.connected5(listener.address(), "five");
                RawClient four = RawClient.connected4(listener.address(), "four", true)) {
            listener.listener().close();
            assertEquals("8b", five.read().substring(4, 6));
            five.expectEnd();
            four.expectEnd();
        }
    }
}
