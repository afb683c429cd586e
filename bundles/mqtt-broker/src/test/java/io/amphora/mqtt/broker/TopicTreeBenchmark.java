// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Measures the topic tree with so many subscriptions as the argument says, a million without one: memory, changes and
 * matches in a second, matching alone and while another thread subscribes and unsubscribes. Run by hand:
 * {@code java -Xmx2g -cp … io.amphora.mqtt.broker.TopicTreeBenchmark 1000000}.
 */
final class TopicTreeBenchmark {

    private static final int MATCHES = 2_000_000;

    private final TopicTree<Object> tree = new TopicTree<>();
    private final Object[] subscribers = new Object[1_000];
    private final int subscriptions;
    private final Random random = new Random(1);

    private TopicTreeBenchmark(int subscriptions) {
        this.subscriptions = subscriptions;
        for (int i = 0; i < subscribers.length; i++) {
            subscribers[i] = new Object();
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        TopicTreeBenchmark benchmark =
                new TopicTreeBenchmark(arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]));
        benchmark.subscribe();
        for (int round = 1; round <= 3; round++) {
            benchmark.match("alone");
        }
        benchmark.matchWhileChanging();
    }

    /** Devices, one subscription in ten with a wildcard. */
    private String filter(int i) {
        String device = "site/" + i % 100 + "/line/" + i % 1_000 + "/device/" + i;
        return i % 10 == 0 ? device + "/+/set" : device + "/command";
    }

    private String topic(int i) {
        String device = "site/" + i % 100 + "/line/" + i % 1_000 + "/device/" + i;
        return i % 10 == 0 ? device + "/valve/set" : device + "/command";
    }

    private void subscribe() {
        long before = usedMemory();
        long start = System.nanoTime();
        for (int i = 0; i < subscriptions; i++) {
            tree.add(filter(i), subscribers[i % subscribers.length]);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%d subscriptions: %.0f added in a second, %d bytes each%n",
                tree.size(), subscriptions / seconds, (usedMemory() - before) / subscriptions);
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private void match(String how) {
        List<String> topics = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            topics.add(topic(random.nextInt(subscriptions)));
        }
        long found = 0;
        long start = System.nanoTime();
        for (int i = 0; i < MATCHES; i++) {
            found += tree.match(topics.get(i % topics.size())).all().size();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("matched %s: %.2f microseconds each, %d found%n", how, seconds / MATCHES * 1e6, found);
    }

    private void matchWhileChanging() throws InterruptedException {
        AtomicBoolean going = new AtomicBoolean(true);
        long[] changes = new long[1];
        Thread changing = new Thread(() -> {
            Object subscriber = new Object();
            for (int i = 0; going.get(); i = (i + 7_919) % subscriptions) {
                tree.add(filter(i), subscriber);
                tree.remove(filter(i), subscriber);
                changes[0] += 2;
            }
        });
        long start = System.nanoTime();
        changing.start();
        match("while changing");
        going.set(false);
        changing.join();
        System.out.printf("%.0f changes in a second meanwhile%n", changes[0] / ((System.nanoTime() - start) / 1e9));
    }
}
