// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

/** Whether one filter matches one topic (section 4.7). Pure. */
final class TopicMatch {

    private TopicMatch() {}

    /** @param pattern a valid filter without {@code $share/group/} */
    static boolean matches(String pattern, String topic) {
        if (topic.charAt(0) == '$' && pattern.charAt(0) != '$') {
            return false; // [MQTT-4.7.2-1]
        }
        int p = 0;
        int t = 0;
        while (p < pattern.length()) {
            char c = pattern.charAt(p);
            if (c == '#') {
                return true;
            }
            if (c == '+') {
                t = levelEnd(topic, t);
                p++;
            } else if (t < topic.length() && topic.charAt(t) == c) {
                p++;
                t++;
            } else {
                return t == topic.length() && pattern.startsWith("/#", p) && p + 2 == pattern.length();
            }
        }
        return t == topic.length();
    }

    private static int levelEnd(String topic, int start) {
        int end = topic.indexOf('/', start);
        return end < 0 ? topic.length() : end;
    }
}
