// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

/**
 * Limits for the state that clients create in sessions, queued messages excepted. Immutable.
 *
 * @param topicLevels levels of a topic name or topic filter
 * @param sessionBytes memory of one session
 * @param totalSessionBytes memory of all sessions together
 */
record Bounds(int topicLevels, long sessionBytes, long totalSessionBytes) {

    Bounds {
        BrokerSettings.require("maximum_topic_levels", topicLevels, 1, 65_535);
        BrokerSettings.require("session_bytes", sessionBytes, 1, Long.MAX_VALUE);
        BrokerSettings.require("total_session_bytes", totalSessionBytes, 0, Long.MAX_VALUE);
        totalSessionBytes = totalSessionBytes == 0 ? Runtime.getRuntime().maxMemory() / 3 : totalSessionBytes;
    }

    /** Returns true if a topic name, or a filter without {@code $share/group/}, has too many levels. */
    boolean isTooDeep(String topicOrFilter) {
        return topicOrFilter.length() >= topicLevels && levels(topicOrFilter) > topicLevels;
    }

    /** Counts levels, the empty ones included. */
    static int levels(String topicOrFilter) {
        int levels = 1;
        for (int slash = topicOrFilter.indexOf('/'); slash >= 0; slash = topicOrFilter.indexOf('/', slash + 1)) {
            levels++;
        }
        return levels;
    }
}
