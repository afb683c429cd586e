// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The publishers of a scenario on one thread, and its subscribers on another. Confined to one thread. */
final class Clients {

    private static final int LARGE_BUFFER = 64 * 1024;
    private static final int SMALL_BUFFER = 16 * 1024;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final Traffic traffic;
    private final InetSocketAddress server;
    private final Counts counts;
    private final String run = "traffic" + Long.toString(System.nanoTime(), Character.MAX_RADIX);
    private final EventLoop publishing = new EventLoop("publishers");
    private final EventLoop receiving = new EventLoop("subscribers");
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Subscriber> subscribers = new ArrayList<>();
    private Pacer pacer;

    Clients(Traffic traffic, InetSocketAddress server, Counts counts) throws IOException {
        this.traffic = traffic;
        this.server = server;
        this.counts = counts;
        Credit[] credits = new Credit[traffic.credit() == 0 ? 0 : traffic.publishers()];
        for (int i = 0; i < credits.length; i++) {
            credits[i] = new Credit(traffic.credit(), traffic.copies());
        }
        for (int i = 0; i < traffic.subscribers(); i++) {
            subscribers.add(subscriber(i, credits));
        }
        for (int i = 0; i < traffic.publishers(); i++) {
            publishers.add(publisher(i, credits.length > 0 ? credits[i] : permit(i)));
        }
    }

    private Subscriber subscriber(int number, Credit... credits) {
        if (traffic.shape() == Traffic.Shape.SLOW) {
            return new SlowSubscriber(receiving, run + "-s" + number, topic(number), server, traffic, counts);
        }
        int inSize = traffic.copies() > 1 ? SMALL_BUFFER : LARGE_BUFFER;
        return new Subscriber(receiving, run + "-s" + number, topic(number), inSize, traffic, counts, credits);
    }

    private Publisher publisher(int number, Permit permit) {
        return new Publisher(publishing, number, run + "-p" + number, topic(number), traffic, counts, permit);
    }

    private Permit permit(int number) {
        if (traffic.rate() == 0) {
            return Permit.always();
        }
        double perSecond = (double) traffic.rate() / traffic.publishers();
        return Permit.rate(perSecond, counts, (long) (number * 1e9 / traffic.rate()));
    }

    private String topic(int number) {
        return run + "/" + (traffic.isPairs() ? number : "all");
    }

    /** Returns when all are connected and subscribed. */
    void open() throws Exception {
        Opening.run(receiving, server, subscribers);
        Opening.run(publishing, server, publishers);
        long deadline = System.nanoTime() + PATIENCE;
        while (!receiving.call(() -> subscribers.stream().allMatch(Subscriber::isSubscribed))) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("not all could subscribe");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Lets the publishers begin. */
    void begin() throws Exception {
        if (traffic.qos() == 0 || traffic.rate() > 0) {
            publishing.afterEachPass(this::publish);
        }
        for (Subscriber subscriber : subscribers) {
            if (subscriber instanceof SlowSubscriber slow) {
                receiving.afterEachPass(slow::goOn);
            }
        }
        if (traffic.credit() > 0) {
            receiving.afterEachPass(publishing::wakeUp);
        }
        if (traffic.rate() > 0) {
            pacer = Pacer.start(publishing, traffic.rate(), counts.start());
        }
        publishing.call(() -> {
            publish();
            return null;
        });
    }

    /** Lets each publish for which nothing happens that would make it. */
    private void publish() {
        boolean mayGoOn = false;
        for (Publisher publisher : publishers) {
            mayGoOn |= publisher.publish();
        }
        if (mayGoOn) {
            publishing.wakeUp();
        }
    }

    /** Whether nothing is under way to the server. */
    boolean areDone() throws Exception {
        return publishing.call(() -> publishers.stream().allMatch(Publisher::isDone));
    }

    void close() throws Exception {
        if (pacer != null) {
            pacer.close();
        }
        close(publishing, publishers);
        close(receiving, subscribers);
    }

    private static void close(EventLoop loop, List<? extends Connection> connections) throws Exception {
        loop.call(() -> {
            for (Connection connection : connections) {
                connection.close();
            }
            return null;
        });
        loop.close();
    }
}
