// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.routing;

import java.util.ArrayList;
import java.util.List;

/**
 * When, by the run's clock, a filter was subscribed to. A request without an answer is made again until it has one; in
 * between messages may come or not. Thread-safe.
 */
final class Toggled {

    private static final long NEVER = Long.MAX_VALUE;

    /** From one SUBSCRIBE to the answer to the UNSUBSCRIBE that follows. */
    private static final class Span {

        private final long subscribing;
        private long subscribed = NEVER;
        private long unsubscribing = NEVER;
        private long unsubscribed = NEVER;

        Span(long subscribing) {
            this.subscribing = subscribing;
        }
    }

    private final String filter;
    private final List<Span> spans = new ArrayList<>();
    private boolean waits;

    Toggled(String filter) {
        this.filter = filter;
    }

    String filter() {
        return filter;
    }

    /** Whether the answer to a request is missing. */
    synchronized boolean waits() {
        return waits;
    }

    /** Whether the last request was to subscribe. */
    synchronized boolean isWanted() {
        return !spans.isEmpty() && last().unsubscribing == NEVER;
    }

    private Span last() {
        return spans.get(spans.size() - 1);
    }

    /** Begins to change from subscribed to not, or back. */
    synchronized void toggle(long now) {
        if (isWanted()) {
            last().unsubscribing = now;
        } else {
            spans.add(new Span(now));
        }
        waits = true;
    }

    synchronized void answered(long now) {
        if (isWanted()) {
            last().subscribed = now;
        } else {
            last().unsubscribed = now;
        }
        waits = false;
    }

    /** Whether a message that was acknowledged was under way only while the filter was subscribed to. */
    synchronized boolean mustHave(Sent message) {
        return spans.stream()
                .anyMatch(span -> span.subscribed < message.sentAt() && message.acknowledgedAt() < span.unsubscribing);
    }

    /** Whether it was under way while the filter was, or was perhaps, subscribed to. */
    synchronized boolean mayHave(Sent message) {
        return spans.stream()
                .anyMatch(span -> span.subscribing < message.acknowledgedAt() && message.sentAt() < span.unsubscribed);
    }

    synchronized int changes() {
        return spans.size();
    }
}
