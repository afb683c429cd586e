// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.ReasonCode;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * Refuses packets that are malformed or that a client must not send. Netty's decoder checks some of this, but neither all
 * nor with the reason codes that the specification asks for; what passes here it can decode. Confined to the channel's
 * event loop.
 */
final class PacketRules {

    /** In one packet; a client may send another. */
    private static final int MOST_FILTERS = 10_000;

    private MqttVersion version;
    private boolean bridge;
    private int length;

    /** The version of the connection, once CONNECT was here. */
    Optional<MqttVersion> version() {
        return Optional.ofNullable(version);
    }

    /** Whether the client is another broker. */
    boolean isBridge() {
        return bridge;
    }

    /** Bytes of the packet that was checked last. */
    int length() {
        return length;
    }

    /** Checks the packet of {@code length} bytes that is next to be read. */
    void check(ByteBuf in, int length) {
        this.length = length;
        int start = in.readerIndex();
        int first = in.getUnsignedByte(start);
        PacketReader packet = new PacketReader(in, start + 1, start + length);
        packet.variableByteInteger();
        int type = first >> 4;
        if (version == null && type != 1) {
            throw error(ReasonCode.PROTOCOL_ERROR, "CONNECT is not the first packet"); // [MQTT-3.1.0-1]
        }
        if (type == 1) {
            connect(packet); // which says by what rules its flags are judged
        }
        int allowed = FixedHeaderRules.check(first, version);
        if (allowed != first) {
            in.setByte(start, allowed); // Netty's decoder does not know the rules of MQTT 3.1
        }
        if (type == 3) {
            checkPublish(packet, first);
        } else if (type != 1) {
            checkOther(packet, type);
        }
    }

    private void checkOther(PacketReader packet, int type) {
        switch (type) {
            case 4, 5, 6, 7 -> checkAcknowledgement(packet, type);
            case 8 -> checkSubscribe(packet);
            case 10 -> checkUnsubscribe(packet);
            case 12 -> packet.requireEnd();
            case 14 -> checkDisconnect(packet);
            case 2, 9, 11, 13 -> throw error(ReasonCode.PROTOCOL_ERROR, "packet type " + type + " from a client");
            case 15 -> checkAuth(packet);
            default -> throw PacketReader.malformed("packet type " + type);
        }
    }

    private void connect(PacketReader packet) {
        if (version != null) {
            throw error(ReasonCode.PROTOCOL_ERROR, "a second CONNECT"); // [MQTT-3.1.0-2]
        }
        ConnectRules.Protocol protocol = ConnectRules.protocol(packet);
        version = protocol.version();
        bridge = protocol.bridge();
        ConnectRules.check(packet, version);
    }

    private void checkPublish(PacketReader packet, int first) {
        packet.topicName();
        if ((first & 6) != 0) { // above QoS 0
            checkPacketId(packet);
        }
        if (version.hasProperties()) {
            PropertyRules.check(packet, PropertyRules.Place.PUBLISH);
        }
    }

    private void checkAcknowledgement(PacketReader packet, int type) {
        checkPacketId(packet);
        if (version.hasProperties() && packet.remaining() > 0) {
            ClientReasons.checkAcknowledgement(type, packet.u8());
            if (packet.remaining() > 0) {
                PropertyRules.check(packet, PropertyRules.Place.ACKNOWLEDGEMENT);
            }
        }
        packet.requireEnd();
    }

    private void checkSubscribe(PacketReader packet) {
        checkPacketId(packet);
        if (version.hasProperties()) {
            PropertyRules.check(packet, PropertyRules.Place.SUBSCRIBE);
        }
        requireAny(packet); // [MQTT-3.8.3-2]
        for (int filters = 1; packet.remaining() > 0; filters++) {
            packet.string();
            requireNotTooMany(filters);
            int options = packet.u8();
            if (version == MqttVersion.V3_1) {
                options &= 3;
                packet.replaceLast(options); // the others are not used there
            }
            checkOptions(options);
        }
    }

    private void checkOptions(int options) {
        int reserved = version.hasProperties() ? 0xC0 : 0xFC;
        if ((options & reserved) != 0) {
            throw PacketReader.malformed("reserved bits in subscription options"); // [MQTT-3.8.3-5]
        }
        if ((options & 3) == 3 || (options & 0x30) == 0x30) {
            throw error(
                    version.hasProperties() ? ReasonCode.PROTOCOL_ERROR : ReasonCode.MALFORMED_PACKET,
                    "QoS 3 or retain handling 3");
        }
    }

    private void checkUnsubscribe(PacketReader packet) {
        checkPacketId(packet);
        if (version.hasProperties()) {
            PropertyRules.check(packet, PropertyRules.Place.UNSUBSCRIBE);
        }
        requireAny(packet); // [MQTT-3.10.3-2]
        for (int filters = 1; packet.remaining() > 0; filters++) {
            packet.string();
            requireNotTooMany(filters);
        }
    }

    private static void requireNotTooMany(int filters) {
        if (filters > MOST_FILTERS) {
            throw error(ReasonCode.QUOTA_EXCEEDED, "more than " + MOST_FILTERS + " topic filters in one packet");
        }
    }

    private void checkDisconnect(PacketReader packet) {
        if (version.hasProperties() && packet.remaining() > 0) {
            ClientReasons.checkDisconnect(packet.u8());
            if (packet.remaining() > 0) {
                PropertyRules.check(packet, PropertyRules.Place.DISCONNECT);
            }
        }
        packet.requireEnd();
    }

    private void checkAuth(PacketReader packet) {
        if (!version.hasProperties()) {
            throw PacketReader.malformed("packet type 15");
        }
        ClientReasons.checkAuth(packet.remaining() > 0 ? packet.u8() : 0);
        PropertyRules.check(packet, PropertyRules.Place.AUTH);
        packet.requireEnd();
    }

    private static void checkPacketId(PacketReader packet) {
        if (packet.u16() == 0) {
            throw PacketReader.malformed("packet identifier 0"); // [MQTT-2.2.1-3]
        }
    }

    private static void requireAny(PacketReader packet) {
        if (packet.remaining() == 0) {
            throw error(ReasonCode.PROTOCOL_ERROR, "no topic filter");
        }
    }

    private static MqttProtocolException error(ReasonCode code, String message) {
        return new MqttProtocolException(code, message);
    }
}
