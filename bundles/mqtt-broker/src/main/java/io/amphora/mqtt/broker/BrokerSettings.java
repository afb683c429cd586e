// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.List;
import java.util.Set;

/**
 * What an operator decides about the broker. Immutable.
 *
 * @param receiveMaximum QoS 1 and 2 messages that a client may have unacknowledged
 * @param topicAliasMaximum highest topic alias that a client may use
 * @param maximumKeepAlive seconds; a longer or no keep-alive is overruled; 0 leaves it to the client
 * @param maximumSessionExpiry seconds that a session outlives its connection at most
 * @param maximumSessions sessions, with or without a connection
 * @param maximumSubscriptions subscriptions of one session
 * @param queueMessages messages that wait for one subscriber
 * @param queueBytes bytes that wait for one subscriber
 * @param totalQueueBytes bytes that wait for all subscribers together
 * @param slowSubscriber what happens when a queue is full
 * @param slowSubscriberWait seconds that publishers wait for a slow subscriber
 * @param retainedMessages messages that are retained
 * @param retainedBytes bytes that are retained
 * @param pendingBytes payload that handlers have taken from one connection and not finished
 * @param totalPendingBytes the same over all connections
 * @param rates how fast clients may be
 * @param bounds limits for what sessions hold
 * @param responseInformation what a client that asks is told about response topics, with {@code %c} for its identifier;
 *     empty for nothing
 * @param serverReference the broker that a client is sent to with 0x9C and 0x9D; empty for none
 * @param sysInterval seconds between two reports in {@code $SYS}; 0 for none
 * @param administrators user names that may read {@code $SYS}
 * @param handledTopics beginnings of topics that only a handler takes: without one their messages are refused
 */
record BrokerSettings(
        int receiveMaximum,
        int topicAliasMaximum,
        int maximumKeepAlive,
        long maximumSessionExpiry,
        int maximumSessions,
        int maximumSubscriptions,
        int queueMessages,
        long queueBytes,
        long totalQueueBytes,
        SlowSubscriber slowSubscriber,
        int slowSubscriberWait,
        int retainedMessages,
        long retainedBytes,
        long pendingBytes,
        long totalPendingBytes,
        Rates rates,
        Bounds bounds,
        String responseInformation,
        String serverReference,
        int sysInterval,
        Set<String> administrators,
        List<String> handledTopics) {

    /** The last value of an unsigned 32-bit second count. */
    private static final long MAX_SECONDS = 0xFFFF_FFFFL;

    /** What happens when a subscriber's queue is full. */
    enum SlowSubscriber {
        /**
         * Publishers of QoS 1 and 2 wait for their acknowledgements, for a bounded time; then the subscriber's connection
         * ends with 0x97. QoS 0, and what comes for a client that is not connected, is dropped and counted.
         */
        BLOCK,
        /** The new message is dropped and counted. */
        DROP,
        /** The new message is dropped and counted, and the subscriber's connection ends with 0x97. */
        DISCONNECT
    }

    BrokerSettings {
        require("receive_maximum", receiveMaximum, 1, 65_535);
        require("topic_alias_maximum", topicAliasMaximum, 0, 65_535);
        require("maximum_keep_alive", maximumKeepAlive, 0, 65_535);
        require("maximum_session_expiry", maximumSessionExpiry, 0, MAX_SECONDS);
        require("maximum_sessions", maximumSessions, 1, Integer.MAX_VALUE);
        require("maximum_subscriptions", maximumSubscriptions, 1, Integer.MAX_VALUE);
        require("queue_messages", queueMessages, 1, Integer.MAX_VALUE);
        require("queue_bytes", queueBytes, 1, Long.MAX_VALUE);
        require("total_queue_bytes", totalQueueBytes, 0, Long.MAX_VALUE);
        require("slow_subscriber_wait", slowSubscriberWait, 0, 3_600);
        require("retained_messages", retainedMessages, 0, Integer.MAX_VALUE);
        require("retained_bytes", retainedBytes, 0, Long.MAX_VALUE);
        require("pending_bytes", pendingBytes, 1, Long.MAX_VALUE);
        require("total_pending_bytes", totalPendingBytes, 0, Long.MAX_VALUE);
        require("sys_interval", sysInterval, 0, 86_400);
        administrators = Set.copyOf(administrators);
        handledTopics = List.copyOf(handledTopics);
        totalQueueBytes = orQuarterOfHeap(totalQueueBytes);
        totalPendingBytes = orQuarterOfHeap(totalPendingBytes);
    }

    /** Whether messages of a topic, or subscriptions of a filter, are nothing for the router. */
    boolean isHandled(String topicOrFilter) {
        for (String beginning : handledTopics) {
            if (topicOrFilter.startsWith(beginning)) {
                return true;
            }
        }
        return false;
    }

    /** The policy of a name, in any case. */
    static SlowSubscriber slowSubscriber(String name) {
        for (SlowSubscriber policy : SlowSubscriber.values()) {
            if (policy.name().equalsIgnoreCase(name)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("slow_subscriber = " + name + " is neither BLOCK, DROP nor DISCONNECT");
    }

    static void require(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + " = " + value + " is not within " + min + " to " + max);
        }
    }

    private static long orQuarterOfHeap(long bytes) {
        return bytes == 0 ? Runtime.getRuntime().maxMemory() / 4 : bytes;
    }
}
