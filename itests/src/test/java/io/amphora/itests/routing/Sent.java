// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.routing;

/**
 * A message that a publisher has made, and when by the run's clock it was sent first and acknowledged. Written by its
 * publisher, read by any thread.
 */
final class Sent {

    /** Who is to get a message. */
    enum Kind {
        /** Every ordinary subscriber. */
        ORDINARY,
        /** One member of the group. */
        SHARED,
        /** Whoever subscribes later. */
        RETAINED;

        static Kind of(String topic) {
            return switch (topic.charAt(0)) {
                case 'm' -> ORDINARY;
                case 's' -> SHARED;
                case 'r' -> RETAINED;
                default -> throw new IllegalArgumentException(topic);
            };
        }
    }

    private final int publisher;
    private final int number;
    private final Kind kind;
    private final String topic;
    private final int qos;
    private final int length;
    private final long sentAt;
    private volatile long acknowledgedAt;

    /**
     * A message.
     *
     * @param number among the publisher's, from 0 on
     * @param length of its payload at least; 0 for an empty one
     */
    Sent(int publisher, int number, String topic, int qos, int length, long sentAt) {
        this.publisher = publisher;
        this.number = number;
        this.kind = Kind.of(topic);
        this.topic = topic;
        this.qos = qos;
        this.length = length;
        this.sentAt = sentAt;
    }

    int number() {
        return number;
    }

    Kind kind() {
        return kind;
    }

    String topic() {
        return topic;
    }

    int qos() {
        return qos;
    }

    boolean isRetained() {
        return kind == Kind.RETAINED;
    }

    String payload() {
        String text = publisher + " " + number + " ";
        return length == 0 ? "" : text + "x".repeat(Math.max(0, length - text.length()));
    }

    long sentAt() {
        return sentAt;
    }

    /** 0 if it is not. */
    long acknowledgedAt() {
        return acknowledgedAt;
    }

    boolean isAcknowledged() {
        return acknowledgedAt != 0;
    }

    void acknowledged(long now) {
        acknowledgedAt = acknowledgedAt == 0 ? now : acknowledgedAt;
    }

    @Override
    public String toString() {
        return topic + " " + publisher + " " + number + ", QoS " + qos;
    }
}
