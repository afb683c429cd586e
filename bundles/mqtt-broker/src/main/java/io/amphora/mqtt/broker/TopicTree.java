// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

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
    private final AtomicInteger nodes = new AtomicInteger();

    /** Adds a subscriber to a filter without {@code $share/group/}. */
    synchronized void add(String filter, S subscriber) {
        Node<S> node = nodeOf(filter);
        node.subscribers = node.subscribers.plus(subscriber);
        size++;
    }

    /** Puts a subscriber in the place of one that is there; who looks meanwhile finds one of them. */
    synchronized void replace(String filter, S subscriber, S by) {
        Node<S> node = nodeOf(filter);
        int before = node.subscribers.size();
        node.subscribers = node.subscribers.replacing(subscriber, by);
        size += node.subscribers.size() - before;
    }

    private Node<S> nodeOf(String filter) {
        Node<S> node = root;
        for (String level : levels(filter)) {
            Node<S> child = node.childOfFilter(level);
            if (child == null) {
                child = new Node<>();
                node.put(level, child);
                nodes.incrementAndGet();
            }
            node = child;
        }
        return node;
    }

    /** Removes a subscriber from a filter; returns whether it was there. */
    synchronized boolean remove(String filter, S subscriber) {
        List<String> levels = levels(filter);
        List<Node<S>> path = path(levels);
        if (path.size() <= levels.size()) {
            return false;
        }
        Node<S> last = path.get(levels.size());
        Subscribers<S> before = last.subscribers;
        last.subscribers = before.minus(subscriber);
        if (last.subscribers == before) {
            return false;
        }
        size--;
        for (int i = levels.size(); i > 0 && path.get(i).isEmpty(); i--) {
            path.get(i - 1).prune(levels.get(i - 1));
            nodes.decrementAndGet();
        }
        return true;
    }

    /** The nodes from the root on along some levels, as far as there are any. */
    private List<Node<S>> path(List<String> levels) {
        List<Node<S>> path = new ArrayList<>(levels.size() + 1);
        path.add(root);
        for (String level : levels) {
            Node<S> child = path.get(path.size() - 1).childOfFilter(level);
            if (child == null) {
                break;
            }
            path.add(child);
        }
        return path;
    }

    /** Levels of filters that are in memory; those that filters begin with alike count once. Callable without a lock. */
    int nodes() {
        return nodes.get();
    }

    /** Pairs of filter and subscriber. */
    synchronized int size() {
        return size;
    }

    /** The subscribers of a topic. */
    Matches<S> match(String topic) {
        Matches<S> found = new Matches<>();
        for (Walk<S> walk = new Walk<>(root, topic); walk.isOnWay(); walk.goOn()) {
            found.add(walk.rest());
            found.add(walk.ofAllLevels());
        }
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
        for (Walk<S> walk = new Walk<>(root, topic); walk.isOnWay(); walk.goOn()) {
            if (!walk.rest().isEmpty() || !walk.ofAllLevels().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /**
     * A walk over the nodes that match the levels of a topic. Where both a level's name and {@code +} lead on, it comes
     * back for the second; without recursion, since clients choose how many levels there are. Not thread-safe.
     */
    private static final class Walk<S> {

        private final String topic;
        private Node<S> node;
        private int start; // of the level that comes next; behind the topic's end if there is none
        private ArrayDeque<Branch<S>> branches; // rarely needed

        private record Branch<S>(Node<S> node, int start) {}

        Walk(Node<S> root, String topic) {
            this.node = root;
            this.topic = topic;
        }

        boolean isOnWay() {
            return node != null;
        }

        /** Subscribers of any further levels or none: "a/#" matches "a" too. */
        Subscribers<S> rest() {
            Node<S> rest = mayBeWild() ? node.rest : null;
            return rest == null ? Subscribers.none() : rest.subscribers;
        }

        /** Subscribers of exactly the levels so far, if those are all. */
        Subscribers<S> ofAllLevels() {
            return start > topic.length() ? node.subscribers : Subscribers.none();
        }

        /** [MQTT-4.7.2-1] */
        private boolean mayBeWild() {
            return start > 0 || topic.charAt(0) != '$';
        }

        void goOn() {
            if (start > topic.length()) {
                comeBack();
                return;
            }
            int end = levelEnd(topic, start);
            Node<S> named = node.child(topic, start, end);
            Node<S> any = mayBeWild() ? node.any : null;
            start = end + 1;
            if (named == null && any == null) {
                comeBack();
            } else if (named == null) {
                node = any;
            } else {
                node = named;
                if (any != null) {
                    branches = branches == null ? new ArrayDeque<>(4) : branches;
                    branches.push(new Branch<>(any, start));
                }
            }
        }

        private void comeBack() {
            Branch<S> branch = branches == null ? null : branches.poll();
            node = branch == null ? null : branch.node();
            start = branch == null ? start : branch.start();
        }
    }

    private static int levelEnd(String topic, int start) {
        int end = topic.indexOf('/', start);
        return end < 0 ? topic.length() : end;
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

        void put(String level, Node<S> child) {
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
