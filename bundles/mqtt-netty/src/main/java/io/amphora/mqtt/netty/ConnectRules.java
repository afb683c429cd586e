// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.ReasonCode;

/** What a CONNECT must look like (section 3.1). Pure. */
final class ConnectRules {

    /** Added to the protocol level before MQTT 5, which has subscription options instead: not of the specification. */
    private static final int BRIDGE = 0x80;

    private ConnectRules() {}

    /** Checks what follows the version. */
    static void check(PacketReader packet, MqttVersion version) {
        int at = packet.skip(1);
        int flags = packet.u8At(at);
        checkFlags(version, flags);
        packet.skip(2); // keep-alive
        if (version.hasProperties()) {
            PropertyRules.check(packet, PropertyRules.Place.CONNECT);
        }
        boolean unnamed = packet.string() == 0;
        if (unnamed && (version == MqttVersion.V3_1 || (version == MqttVersion.V3_1_1 && !has(flags, 0x02)))) {
            throw new MqttProtocolException(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "empty client identifier"); // [MQTT-3.1.3-8] of 3.1.1
        }
        checkWill(packet, version, flags);
        int present = checkCredentials(packet, version, flags);
        packet.requireEnd();
        if (present != flags) {
            packet.replace(at, present); // Netty's decoder does not know that rule
        }
    }

    /**
     * In MQTT 3.1 the flags may promise a user name or a password that the packet is too short for: they count as not set.
     *
     * @return the flags that hold
     */
    private static int checkCredentials(PacketReader packet, MqttVersion version, int flags) {
        boolean mayBeMissing = version == MqttVersion.V3_1;
        if (has(flags, 0x80)) {
            if (mayBeMissing && packet.remaining() == 0) {
                return flags & ~0xC0;
            }
            packet.string();
        }
        if (has(flags, 0x40)) {
            if (mayBeMissing && packet.remaining() == 0) {
                return flags & ~0x40;
            }
            packet.binary();
        }
        return flags;
    }

    /**
     * What a CONNECT asks for.
     *
     * @param bridge whether the client is a broker that passes messages on, as Mosquitto's bridges say of themselves
     */
    record Protocol(MqttVersion version, boolean bridge) {}

    /**
     * The protocol that a CONNECT, whose fixed header is read, asks for. The mark of a bridge is taken off the packet.
     */
    static Protocol protocol(PacketReader packet) {
        int length = packet.string();
        boolean mqtt = packet.endsAtPositionWith("MQTT", length);
        boolean older = packet.endsAtPositionWith("MQIsdp", length);
        int level = packet.u8();
        if (mqtt && level == 5) {
            return new Protocol(MqttVersion.V5, false);
        }
        boolean bridge = has(level, BRIDGE);
        int plain = level & ~BRIDGE;
        if (plain == 4 && !mqtt) {
            throw PacketReader.malformed("protocol level 4 with another name than MQTT"); // [MQTT-3.1.2-1] of 3.1.1
        }
        if (!(older && plain == 3) && !(mqtt && plain == 4)) {
            throw new MqttProtocolException(
                    ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "protocol level " + level); // [MQTT-3.1.2-2]
        }
        if (bridge) {
            packet.replaceLast(plain); // Netty's decoder does not know it
        }
        return new Protocol(older ? MqttVersion.V3_1 : MqttVersion.V3_1_1, bridge);
    }

    private static void checkFlags(MqttVersion version, int flags) {
        if (has(flags, 0x01) && version != MqttVersion.V3_1) {
            throw PacketReader.malformed("reserved flag of CONNECT"); // [MQTT-3.1.2-3]
        }
        boolean will = has(flags, 0x04);
        boolean contradict = will ? (flags & 0x18) == 0x18 : (flags & 0x38) != 0 && version != MqttVersion.V3_1;
        if (contradict) {
            throw PacketReader.malformed("will flags"); // [MQTT-3.1.2-11] to [MQTT-3.1.2-13]
        }
        if (!version.hasProperties() && has(flags, 0x40) && !has(flags, 0x80)) {
            throw PacketReader.malformed("password without user name"); // [MQTT-3.1.2-22] of 3.1.1
        }
    }

    private static void checkWill(PacketReader packet, MqttVersion version, int flags) {
        if (!has(flags, 0x04)) {
            return;
        }
        if (version.hasProperties()) {
            PropertyRules.check(packet, PropertyRules.Place.WILL);
        }
        packet.string();
        packet.binary();
    }

    private static boolean has(int flags, int bit) {
        return (flags & bit) != 0;
    }
}
