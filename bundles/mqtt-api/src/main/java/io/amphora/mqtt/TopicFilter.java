// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import java.util.Optional;

/**
 * What a subscription asks for: a topic, with wildcards allowed, or a shared subscription {@code $share/group/filter}.
 *
 * @param value as the client sent it, at most 65,535 bytes of UTF-8
 */
public record TopicFilter(String value) {

    private static final String SHARE = "$share/";

    /** @throws MqttProtocolException with 0x8F if {@code value} is no topic filter */
    public TopicFilter {
        Utf8.requireValid(value, ReasonCode.TOPIC_FILTER_INVALID);
        if (isShared(value)) {
            requireShare(value);
        }
        requireFilter(isShared(value) ? pattern(value) : value);
    }

    /** Whether a filter, which may be none, is that of a shared subscription (section 4.8.2). */
    public static boolean isShared(String filter) {
        return filter.startsWith(SHARE);
    }

    /** The group of a shared subscription, empty for any other. */
    public Optional<String> shareName() {
        return isShared() ? Optional.of(value.substring(SHARE.length(), groupEnd(value))) : Optional.empty();
    }

    /** Whether this is a shared subscription (section 4.8.2). */
    public boolean isShared() {
        return isShared(value);
    }

    /** The filter that topics are matched against: without {@code $share/group/}. */
    public String pattern() {
        return isShared() ? pattern(value) : value;
    }

    /** Whether any level is a wildcard. */
    public boolean hasWildcard() {
        return value.indexOf('+') >= 0 || value.indexOf('#') >= 0;
    }

    /** For log lines, where it is not obeyed; {@link #value()} is what it is. */
    @Override
    public String toString() {
        return Printable.of(value);
    }

    private static String pattern(String value) {
        return value.substring(groupEnd(value) + 1);
    }

    private static int groupEnd(String value) {
        return value.indexOf('/', SHARE.length());
    }

    private static void requireShare(String value) {
        int end = groupEnd(value);
        if (end <= SHARE.length()) {
            throw invalid("a shared subscription names a group and a filter"); // [MQTT-4.8.2-1]
        }
        String group = value.substring(SHARE.length(), end);
        if (group.indexOf('+') >= 0 || group.indexOf('#') >= 0) {
            throw invalid("wildcard in a share name"); // [MQTT-4.8.2-2]
        }
    }

    private static void requireFilter(String pattern) {
        if (pattern.isEmpty()) {
            throw invalid("empty topic filter"); // [MQTT-4.7.3-1]
        }
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            boolean begins = i == 0 || pattern.charAt(i - 1) == '/';
            boolean last = i == pattern.length() - 1;
            if (c == '#' && !(begins && last)) {
                throw invalid("# is the whole of the last level or nothing"); // [MQTT-4.7.1-1]
            }
            if (c == '+' && !(begins && (last || pattern.charAt(i + 1) == '/'))) {
                throw invalid("+ is the whole of a level or nothing"); // [MQTT-4.7.1-2]
            }
        }
    }

    private static MqttProtocolException invalid(String message) {
        return new MqttProtocolException(ReasonCode.TOPIC_FILTER_INVALID, message);
    }
}
