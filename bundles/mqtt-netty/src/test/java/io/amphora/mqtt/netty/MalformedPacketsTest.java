// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static io.amphora.mqtt.netty.RawClient.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.List;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** What the specification forbids, sent by a connected client of MQTT 5, and the DISCONNECT that answers it. */
@RunWith(Parameterized.class)
public final class MalformedPacketsTest {

    @ClassRule
    public static final RunningListener LISTENER = new RunningListener();

    private final String name;
    private final String packet;
    private final String code;

    public MalformedPacketsTest(String name, String packet, String code) {
        this.name = name;
        this.packet = packet;
        this.code = code;
    }

    @Parameters(name = "{0}")
    public static List<Object[]> rows() {
        return List.of(
                row("a second CONNECT", RawClient.connect5("again", "02", ""), "82"),
                row("packet type 0", packet("00", ""), "81"),
                row("CONNACK from a client", packet("20", "000000"), "82"),
                row("SUBACK from a client", packet("90", "00010000"), "82"),
                row("UNSUBACK from a client", packet("b0", "00010000"), "82"),
                row("PINGRESP from a client", packet("d0", ""), "82"),
                row("AUTH without a method", packet("f0", "1800"), "82"),
                row("remaining length of five bytes", "30 ff ff ff ff 01", "81"),
                row("packet larger than the maximum", "30 81 80 80 01", "95"),
                row("PUBLISH with QoS 3", packet("36", "'a' 0001 00"), "81"),
                row("PUBLISH with DUP and QoS 0", packet("38", "'a' 00"), "81"),
                row("PUBLISH with packet identifier 0", packet("32", "'a' 0000 00"), "81"),
                row("PUBLISH to a wildcard", packet("30", "'a/+' 00"), "90"),
                row("PUBLISH to the other wildcard", packet("30", "'#' 00"), "90"),
                row("PUBLISH without topic and alias", packet("30", "'' 00"), "82"),
                row("PUBLISH with U+0000 in the topic", packet("30", "0003 610062 00"), "81"),
                row("PUBLISH with a surrogate in the topic", packet("30", "0003 eda080 00"), "81"),
                row("PUBLISH with overlong UTF-8", packet("30", "0002 c080 00"), "81"),
                row("PUBLISH that ends in its topic", packet("30", "0005 6161"), "81"),
                row("PUBLISH that ends in its properties", packet("30", "'a' 05 01"), "81"),
                row("PUBLISH with topic alias 0", packet("30", "'a' 03 230000"), "94"),
                row("PUBLISH with too high a topic alias", packet("30", "'a' 03 230009"), "94"),
                row("PUBLISH with an alias never set", packet("30", "'' 03 230001"), "82"),
                row("PUBLISH with a property twice", packet("30", "'a' 04 0101 0101"), "82"),
                row("PUBLISH with payload format 2", packet("30", "'a' 02 0102"), "82"),
                row("PUBLISH with a property of CONNECT", packet("30", "'a' 05 11 00000001"), "81"),
                row("PUBLISH with a subscription identifier", packet("30", "'a' 02 0b01"), "81"),
                row("PUBLISH with an unknown property", packet("30", "'a' 02 7f01"), "81"),
                row("PUBLISH with a response topic with wildcard", packet("30", "'a' 04 08 '#'"), "90"),
                row("PUBACK with flags", packet("41", "0001"), "81"),
                row("PUBACK with packet identifier 0", packet("40", "0000"), "81"),
                row("PUBACK with an unknown reason code", packet("40", "0001 42"), "81"),
                row("PUBREL with flags of PUBACK", packet("60", "0001"), "81"),
                row("PUBACK of one byte", packet("40", "01"), "81"),
                row("SUBSCRIBE with flags 0", packet("80", "0001 00 'a' 00"), "81"),
                row("SUBSCRIBE without filter", packet("82", "0001 00"), "82"),
                row("SUBSCRIBE with QoS 3", packet("82", "0001 00 'a' 03"), "82"),
                row("SUBSCRIBE with retain handling 3", packet("82", "0001 00 'a' 30"), "82"),
                row("SUBSCRIBE with reserved bits", packet("82", "0001 00 'a' 40"), "81"),
                row("SUBSCRIBE with packet identifier 0", packet("82", "0000 00 'a' 00"), "81"),
                row("SUBSCRIBE with identifier 0", packet("82", "0001 02 0b00 'a' 00"), "82"),
                row("SUBSCRIBE without options", packet("82", "0001 00 'a'"), "81"),
                row("SUBSCRIBE shared with No Local", packet("82", "0001 00 '$share/g/a' 04"), "82"),
                row("UNSUBSCRIBE without filter", packet("a2", "0001 00"), "82"),
                row("UNSUBSCRIBE with flags 0", packet("a0", "0001 00 'a'"), "81"),
                row("PINGREQ with a body", packet("c0", "00"), "81"),
                row("DISCONNECT with flags", packet("e1", ""), "81"),
                row("DISCONNECT with an unknown reason code", packet("e0", "42"), "81"),
                row("DISCONNECT that prolongs a session without expiry", packet("e0", "00 05 11 00000005"), "82"));
    }

    private static Object[] row(String name, String packet, String code) {
        return new Object[] {name, packet, code};
    }

    @Test
    public void isAnsweredWithItsCode() throws Exception {
        try (RawClient client = RawClient.connected5(LISTENER.address(), "malformed")) {
            client.send(packet);
            String answer = client.read();
            assertTrue(name + ": " + answer, answer.startsWith("e0"));
            assertEquals(name, code, answer.substring(4, 6));
            client.expectEnd();
        }
    }
}
