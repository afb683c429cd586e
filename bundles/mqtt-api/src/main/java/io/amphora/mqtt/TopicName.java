// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

/**
 * The topic that a message is published to: at least one character, no wildcard [MQTT-3.3.2-2] [MQTT-4.7.3-1].
 *
 * @param value at most 65,535 bytes of UTF-8
 */
public record TopicName(String value) {

    /** @throws MqttProtocolException with 0x90 if {@code value} is no topic name */
    public TopicName {
        if (value.isEmpty()) {
            throw new MqttProtocolException(ReasonCode.TOPIC_NAME_INVALID, "empty topic name");
        }
        if (value.indexOf('#') >= 0 || value.indexOf('+') >= 0) {
            throw new MqttProtocolException(ReasonCode.TOPIC_NAME_INVALID, "wildcard in a topic name");
        }
        Utf8.requireValid(value, ReasonCode.TOPIC_NAME_INVALID);
    }

    /** Topics that begin with {@code $} are not matched by a filter that begins with a wildcard [MQTT-4.7.2-1]. */
    public boolean isReserved() {
        return value.charAt(0) == '$';
    }

    /** For log lines, where it is not obeyed; {@link #value()} is what it is. */
    @Override
    public String toString() {
        return Printable.of(value);
    }
}
