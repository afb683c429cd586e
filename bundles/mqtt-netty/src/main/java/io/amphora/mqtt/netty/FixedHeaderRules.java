// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.MqttVersion;

/**
 * The flags of fixed headers. MQTT 3.1.1 and 5 reserve those of all packets but PUBLISH [MQTT-2.1.3-1]. MQTT 3.1 has DUP,
 * QoS and RETAIN in every packet: PUBREL, SUBSCRIBE and UNSUBSCRIBE are sent with QoS 1 and may be duplicates, and the rest
 * is "not used", so it is ignored. Pure.
 */
final class FixedHeaderRules {

    private static final int DUP = 8;
    private static final int QOS = 6;
    private static final int RETAIN = 1;
    private static final int QOS_1 = 2;

    private FixedHeaderRules() {}

    /**
     * Checks the first byte of a packet.
     *
     * @return the byte without flags that the version ignores
     */
    static int check(int first, MqttVersion version) {
        return first >> 4 == 3 ? checkPublish(first, version) : checkOther(first, version);
    }

    private static int checkPublish(int first, MqttVersion version) {
        int qos = first & QOS;
        if (qos == QOS) {
            throw PacketReader.malformed("QoS 3"); // [MQTT-3.3.1-4]
        }
        if (qos == 0 && (first & DUP) != 0) {
            if (version != MqttVersion.V3_1) {
                throw PacketReader.malformed("DUP with QoS 0"); // [MQTT-3.3.1-2]
            }
            return first & ~DUP;
        }
        return first;
    }

    private static int checkOther(int first, MqttVersion version) {
        int type = first >> 4;
        int expected = type == 6 || type == 8 || type == 10 ? QOS_1 : 0;
        int ignored = version != MqttVersion.V3_1 ? 0 : expected == QOS_1 ? DUP | RETAIN : DUP | QOS | RETAIN;
        if ((first & 0x0F & ~ignored) != expected) {
            throw PacketReader.malformed("flags " + (first & 0x0F) + " in packet type " + type);
        }
        return (first & 0xF0) | expected;
    }
}
