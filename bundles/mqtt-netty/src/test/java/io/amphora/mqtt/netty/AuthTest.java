// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static io.amphora.mqtt.netty.RawClient.packet;
import static org.junit.Assert.assertEquals;

import io.amphora.mqtt.broker.TestBroker;
import org.junit.Rule;
import org.junit.Test;

/** Enhanced authentication, byte by byte: the method "echo" asks "who", and the answer has to be "me". */
public final class AuthTest {

    private static final String METHOD = "15 'echo'";

    @Rule
    public final RunningListener listener = new RunningListener(new TestBroker().with(new Echo()));

    private RawClient client() throws Exception {
        return new RawClient(listener.address());
    }

    private RawClient connected() throws Exception {
        RawClient client = client();
        client.send(connect());
        client.expect("f0 0f 18 0d" + METHOD + "16 0003 77686f");
        client.send(auth("18", "6d65"));
        client.expect("20 1a 00 00 17 21 0100 22 0008" + METHOD + "16 0002 6f6b 27 00100000");
        return client;
    }

    private static String connect() {
        return packet("10", "'MQTT' 05 02 0000 07" + METHOD + "'a'");
    }

    private static String auth(String code, String data) {
        int length = 7 + 3 + data.length() / 2;
        return packet(
                "f0",
                code + String.format("%02x", length) + METHOD + "16" + String.format("%04x", data.length() / 2) + data);
    }

    @Test
    public void theDialogueEndsInConnack() throws Exception {
        try (RawClient client = connected()) {
            client.send(packet("c0", ""));
            client.expect("d0 00");
        }
    }

    @Test
    public void whoTakesNoPacketAsLargeAsTheQuestionIsRefused() throws Exception {
        try (RawClient client = client()) {
            client.send(RawClient.connect5("a", "02", METHOD + "27 00000010"));
            client.expect("20 03 00 95 00");
            client.expectEnd();
        }
    }

    @Test
    public void aWrongAnswerIsRefused() throws Exception {
        try (RawClient client = client()) {
            client.send(connect());
            client.read();
            client.send(auth("18", "6e6f"));
            assertEquals("87", client.read().substring(6, 8));
            client.expectEnd();
        }
    }

    @Test
    public void aMethodThatIsNotInstalledIsRefused() throws Exception {
        try (RawClient client = client()) {
            client.send(RawClient.connect5("a", "02", "15 0005 534352414d"));
            assertEquals("8c", client.read().substring(6, 8));
            client.expectEnd();
        }
    }

    @Test
    public void withoutAMethodNobodyIsLetIn() throws Exception {
        try (RawClient client = client()) {
            client.send(RawClient.connect5("a", "02", ""));
            assertEquals("87", client.read().substring(6, 8));
            client.expectEnd();
        }
    }

    @Test
    public void nothingButAuthComesBeforeConnack() throws Exception {
        try (RawClient client = client()) {
            client.send(connect());
            client.read();
            client.send(packet("c0", ""));
            assertEquals("82", client.read().substring(6, 8));
            client.expectEnd();
        }
    }

    @Test
    public void aConnectedClientMayAuthenticateAgain() throws Exception {
        try (RawClient client = connected()) {
            client.send(auth("19", ""));
            client.expect("f0 0f 18 0d" + METHOD + "16 0003 77686f");
            client.send(packet("c0", ""));
            client.expect("d0 00");
            client.send(auth("18", "6d65"));
            client.expect("f0 0e 00 0c" + METHOD + "16 0002 6f6b");
        }
    }

    @Test
    public void whoFailsToDoSoIsDisconnected() throws Exception {
        try (RawClient client = connected()) {
            client.send(auth("19", ""));
            client.read();
            client.send(auth("18", "6e6f"));
            String disconnect = client.read();
            assertEquals("e0", disconnect.substring(0, 2));
            assertEquals("87", disconnect.substring(4, 6));
            client.expectEnd();
        }
    }

    @Test
    public void theMethodMustNotChange() throws Exception {
        try (RawClient client = connected()) {
            client.send(packet("f0", "19 07 15 0004 6f686365"));
            assertEquals("82", client.read().substring(4, 6));
            client.expectEnd();
        }
    }

    @Test
    public void anAnswerThatNobodyAskedForIsAProtocolError() throws Exception {
        try (RawClient client = connected()) {
            client.send(auth("18", "6d65"));
            assertEquals("82", client.read().substring(4, 6));
            client.expectEnd();
        }
    }
}
