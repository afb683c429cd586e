// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.pholser.junit.quickcheck.Property;
import com.pholser.junit.quickcheck.runner.JUnitQuickcheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.Test;
import org.junit.runner.RunWith;

@RunWith(JUnitQuickcheck.class)
public final class TopicTreeTest {

    private static final List<String> LEVELS = List.of("", "a", "b", "$a", "c");

    @Property(trials = 2_000)
    public void matchesWhatTheDefinitionMatches(long seed) {
        Random random = new Random(seed);
        TopicTree<String> tree = new TopicTree<>();
        List<String> filters = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String filter = new String(filter(random)); // one of its own, since subscribers are told by identity
            if (filter.isEmpty()) {
                continue;
            }
            tree.add(filter, filter);
            filters.add(filter);
            if (random.nextInt(3) == 0) {
                String gone = filters.remove(random.nextInt(filters.size()));
                assertTrue(tree.remove(gone, gone));
            }
        }
        String topic = topic(random);
        List<String> expected =
                filters.stream().filter(filter -> naive(filter, topic)).sorted().toList();
        assertEquals(expected, tree.match(topic).all().stream().sorted().toList());
        assertEquals(!expected.isEmpty(), tree.matchesAny(topic));
        assertEquals(filters.size(), tree.size());
        for (String filter : filters) {
            assertEquals(filter + " " + topic, naive(filter, topic), TopicMatch.matches(filter, topic));
        }
    }

    @Test
    public void theExamplesOfTheSpecification() {
        assertTrue(matches("sport/tennis/player1/#", "sport/tennis/player1"));
        assertTrue(matches("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon"));
        assertTrue(matches("sport/#", "sport"));
        assertTrue(matches("sport/tennis/+", "sport/tennis/player1"));
        assertFalse(matches("sport/tennis/+", "sport/tennis/player1/ranking"));
        assertFalse(matches("sport/+", "sport"));
        assertTrue(matches("sport/+", "sport/"));
        assertTrue(matches("+/+", "/finance"));
        assertTrue(matches("/+", "/finance"));
        assertFalse(matches("+", "/finance"));
        assertFalse(matches("#", "$SYS/x"));
        assertFalse(matches("+/monitor/Clients", "$SYS/monitor/Clients"));
        assertTrue(matches("$SYS/#", "$SYS/x"));
        assertTrue(matches("$SYS/monitor/+", "$SYS/monitor/Clients"));
    }

    @Test
    public void levelsBeyondTheStackAreMatchedAndRemoved() {
        TopicTree<String> tree = new TopicTree<>();
        String deep = "a" + "/".repeat(65_000);
        String wild = "+" + "/+".repeat(32_000) + "/#";
        tree.add(deep, "deep");
        tree.add(wild, "wild");
        assertEquals(List.of("deep", "wild"), tree.match(deep).all());
        assertTrue(tree.matchesAny(deep));
        assertTrue(tree.remove(deep, "deep"));
        assertEquals(List.of("wild"), tree.match(deep).all());
        assertTrue(tree.remove(wild, "wild"));
        assertEquals(0, tree.nodes());
    }

    @Test
    public void nodesAreThoseOfTheFiltersThatAreThere() {
        TopicTree<String> tree = new TopicTree<>();
        tree.add("a/b/c", "x");
        tree.add("a/b/+", "y");
        tree.add("a/#", "z");
        assertEquals(5, tree.nodes());
        tree.remove("a/b/c", "x");
        assertEquals(4, tree.nodes());
        tree.remove("a/#", "z");
        tree.remove("a/b/+", "y");
        assertEquals(0, tree.nodes());
    }

    @Test
    public void removingAllLeavesNothing() {
        TopicTree<String> tree = new TopicTree<>();
        tree.add("a/+/#", "x");
        tree.add("a/b", "y");
        assertFalse(tree.remove("a/b", "z"));
        assertTrue(tree.remove("a/b", "y"));
        assertTrue(tree.remove("a/+/#", "x"));
        assertFalse(tree.matchesAny("a/b"));
        assertEquals(0, tree.size());
    }

    @Test
    public void whatStaysIsMatchedWhileOthersComeAndGo() throws InterruptedException {
        TopicTree<String> tree = new TopicTree<>();
        tree.add("a/b", "stays");
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            for (int i = 0; i < 20_000; i++) {
                String other = "other" + i;
                tree.add("a/b", other);
                tree.add("a/b/" + i, other);
                tree.remove("a/b", other);
                tree.remove("a/b/" + i, other);
            }
            done.set(true);
        });
        writer.start();
        int rounds = 0;
        while (!done.get() || rounds == 0) {
            List<String> found = tree.match("a/b").all();
            assertTrue(found.contains("stays"));
            assertFalse(found.contains(null));
            rounds++;
        }
        writer.join();
        assertEquals(List.of("stays"), tree.match("a/b").all());
    }

    private static boolean matches(String filter, String topic) {
        TopicTree<String> tree = new TopicTree<>();
        tree.add(filter, filter);
        return tree.matchesAny(topic);
    }

    /** Level by level, as section 4.7 says it. */
    private static boolean naive(String filter, String topic) {
        List<String> wanted = Arrays.asList(filter.split("/", -1));
        List<String> given = Arrays.asList(topic.split("/", -1));
        boolean wild = wanted.get(0).equals("#") || wanted.get(0).equals("+");
        return !(wild && topic.startsWith("$")) && naive(wanted, given);
    }

    private static boolean naive(List<String> wanted, List<String> given) {
        if (wanted.isEmpty()) {
            return given.isEmpty();
        }
        if (wanted.get(0).equals("#")) {
            return true;
        }
        return !given.isEmpty()
                && (wanted.get(0).equals("+") || wanted.get(0).equals(given.get(0)))
                && naive(wanted.subList(1, wanted.size()), given.subList(1, given.size()));
    }

    private static String filter(Random random) {
        List<String> levels = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            levels.add(random.nextInt(4) == 0 ? "+" : LEVELS.get(random.nextInt(LEVELS.size())));
        }
        if (random.nextInt(4) == 0) {
            levels.set(count - 1, "#");
        }
        return String.join("/", levels);
    }

    private static String topic(Random random) {
        List<String> levels = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            levels.add(LEVELS.get(random.nextInt(LEVELS.size())));
        }
        String topic = String.join("/", levels);
        return topic.isEmpty() ? "a" : topic;
    }

    @Test
    public void whoIsReplacedIsFoundOnceAtEveryMoment() throws Exception {
        TopicTree<Object> tree = new TopicTree<>();
        Object[] subscriber = {new Object()};
        tree.add("a/b", "other");
        tree.add("a/b", subscriber[0]);
        AtomicBoolean going = new AtomicBoolean(true);
        Thread replacing = new Thread(() -> {
            while (going.get()) {
                Object next = new Object();
                tree.replace("a/b", subscriber[0], next);
                subscriber[0] = next;
            }
        });
        replacing.start();
        try {
            for (int i = 0; i < 20_000; i++) {
                assertEquals(2, tree.match("a/b").all().size());
            }
        } finally {
            going.set(false);
            replacing.join();
        }
        assertEquals(2, tree.size());
    }
}
