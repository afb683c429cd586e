// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Filters and who subscribed to them, as a tree of topic levels, in which the matches of a topic are found in time
 * proportional to its levels and to their number (section 4.7). Matching takes no lock and sees every entry that was
 * there before it began and is there still; changes take turns. Thread-safe.
 *
 * @param <S> a subscriber; compared by identity
 */
final class TopicTree<S> {

    private final Node<S> root = new Node<>();
    private int size;

    /** Adds a subscriber to a filter without {@code $share/group/}. */
    synchronized void add(String filter, S subscriber) {
        Node<S> node = root;
        for (String level : levels(filter)) {
            node = node.childOrNew(level);
        }
        node.subscribers = node.subscribers.plus(subscriber);
        size++;
    }

    /** Puts a subscriber in the place of one that is there; who looks meanwhile finds one of them. */
    synchronized void replace(String filter, S subscriber, S by) {
        Node<S> node = root;
        for (String level : levels(filter)) {
            node = node.childOrNew(level);
        }
        int before = node.subscribers.size();
        node.subscribers = node.subscribers.replacing(subscriber, by);
        size += node.subscribers.size() - before;
    }

    /** Removes a subscriber from a filter; returns whether it was there. */
    synchronized boolean remove(String filter, S subscriber) {
        boolean removed = remove(root, levels(filter), 0, subscriber);
        size -= removed ? 1 : 0;
        return removed;
    }

    /** Pairs of filter and subscriber. */
    synchronized int size() {
        return size;
    }

    /** The subscribers of a topic. */
    Matches<S> match(String topic) {
        Matches<S> found = new Matches<>();
        match(root, topic, 0, found);
        return found;
    }

    /**
     * Subscribers that were found. Not thread-safe.
     *
     * @param <S> a subscriber
     */
    static final class Matches<S> {

        private List<S> found = List.of();
        private int filters;

        /** Of several matching filters, one after the other: who subscribed to some of them stands there as often. */
        List<S> all() {
            return found;
        }

        /** Whether at most one filter matched, so that nobody stands there twice. */
        boolean areOfOneFilter() {
            return filters <= 1;
        }

        private void add(Subscribers<S> subscribers) {
            if (!subscribers.isEmpty()) {
                found = found.isEmpty() ? new ArrayList<>(subscribers.size()) : found;
                subscribers.addTo(found);
                filters++;
            }
        }
    }

    /** Whether a topic has any subscriber. */
    boolean matchesAny(String topic) {
        return matchesAny(root, topic, 0);
    }

    private static <S> void match(Node<S> node, String topic, int start, Matches<S> found) {
        boolean wild = start > 0 || topic.charAt(0) != '$'; // [MQTT-4.7.2-1]
        if (wild && node.rest != null) {
            found.add(node.rest.subscribers); // "a/#" matches "a" too
        }
        if (start > topic.length()) {
            found.add(node.subscribers);
            return;
        }
        int end = levelEnd(topic, start);
        Node<S> child = node.child(topic, start, end);
        if (child != null) {
            match(child, topic, end + 1, found);
        }
        if (wild && node.any != null) {
            match(node.any, topic, end + 1, found);
        }
    }

    private static <S> boolean matchesAny(Node<S> node, String topic, int start) {
        boolean wild = start > 0 || topic.charAt(0) != '$';
        if (wild && node.rest != null && !node.rest.subscribers.isEmpty()) {
            return true;
        }
        if (start > topic.length()) {
            return !node.subscribers.isEmpty();
        }
        int end = levelEnd(topic, start);
        Node<S> child = node.child(topic, start, end);
        return (child != null && matchesAny(child, topic, end + 1))
                || (wild && node.any != null && matchesAny(node.any, topic, end + 1));
    }

    private static int levelEnd(String topic, int start) {
        int end = topic.indexOf('/', start);
        return end < 0 ? topic.length() : end;
    }

    private boolean remove(Node<S> node, List<String> levels, int depth, S subscriber) {
        if (depth == levels.size()) {
            int before = node.subscribers.size();
            node.subscribers = node.subscribers.minus(subscriber);
            return node.subscribers.size() < before;
        }
        String level = levels.get(depth);
        Node<S> child = node.childOfFilter(level);
        boolean removed = child != null && remove(child, levels, depth + 1, subscriber);
        if (removed && child.isEmpty()) {
            node.prune(level);
        }
        return removed;
    }

    private static List<String> levels(String filter) {
        List<String> levels = new ArrayList<>();
        for (int start = 0; start <= filter.length(); ) {
            int end = levelEnd(filter, start);
            levels.add(filter.substring(start, end));
            start = end + 1;
        }
        return levels;
    }

    /** One level of a filter. Written by one thread at a time, read by any. */
    private static final class Node<S> {

        private volatile Subscribers<S> subscribers = Subscribers.none();
        private volatile ConcurrentHashMap<String, Node<S>> children;
        private volatile Node<S> any; // +
        private volatile Node<S> rest; // #

        Node<S> child(String topic, int start, int end) {
            ConcurrentHashMap<String, Node<S>> map = children;
            return map == null ? null : map.get(topic.substring(start, end));
        }

        Node<S> childOfFilter(String level) {
            return switch (level) {
                case "+" -> any;
                case "#" -> rest;
                default -> children == null ? null : children.get(level);
            };
        }

        Node<S> childOrNew(String level) {
            Node<S> child = childOfFilter(level);
            if (child == null) {
                child = new Node<>();
                put(level, child);
            }
            return child;
        }

        private void put(String level, Node<S> child) {
            switch (level) {
                case "+" -> any = child;
                case "#" -> rest = child;
                default -> {
                    if (children == null) {
                        children = new ConcurrentHashMap<>(2);
                    }
                    children.put(level, child);
                }
            }
        }

        void prune(String level) {
            switch (level) {
                case "+" -> any = null;
                case "#" -> rest = null;
                default -> {
                    children.remove(level);
                    children = children.isEmpty() ? null : children;
                }
            }
        }

        boolean isEmpty() {
            return subscribers.isEmpty() && children == null && any == null && rest == null;
        }
    }
}
