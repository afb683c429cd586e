// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

/** Quality of service of a message or subscription. */
public enum Qos {
    AT_MOST_ONCE(0),
    AT_LEAST_ONCE(1),
    EXACTLY_ONCE(2);

    private static final Qos[] LEVELS = values();

    private final int level;

    Qos(int level) {
        this.level = level;
    }

    /**
     * The quality of service of a level on the wire.
     *
     * @param level 0 to 2
     * @throws MqttProtocolException for any other level [MQTT-3.3.1-4]
     */
    public static Qos of(int level) {
        if (level < 0 || level >= LEVELS.length) {
            throw new MqttProtocolException(ReasonCode.MALFORMED_PACKET, "QoS " + level + " does not exist");
        }
        return LEVELS[level];
    }

    /** The level on the wire: 0, 1 or 2. */
    public int level() {
        return level;
    }

    /** The lower of the two: what a subscriber gets of a message [MQTT-3.8.4-8]. */
    public Qos min(Qos other) {
        return level <= other.level ? this : other;
    }
}
