// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import io.amphora.itests.load.ProcessUsage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Sends the messages of a scenario. Rates are those of the part that is measured; what was lost and doubled is counted
 * from the first message to the last. Confined to one thread.
 */
final class TrafficRun {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

    /** Nothing having arrived for so long, nothing will. */
    private static final long QUIET = TimeUnit.MILLISECONDS.toNanos(1_500);

    private final Traffic traffic;
    private final InetSocketAddress server;
    private final long pid;
    private final Counts counts = new Counts();
    private final Clients clients;

    /** @param pid the broker's process */
    TrafficRun(Traffic traffic, InetSocketAddress server, long pid) throws IOException {
        this.traffic = traffic;
        this.server = server;
        this.pid = pid;
        clients = new Clients(traffic, server, counts);
    }

    /** Warms up, measures for the scenario's time, and drains. */
    Figures run() throws Exception {
        return run(() -> {
            sleep(traffic.seconds());
            return new Figures();
        });
    }

    /** The same, measuring as long as something else takes; with the figures of that. */
    Figures run(Callable<Figures> meanwhile) throws Exception {
        clients.open();
        counts.begin();
        clients.begin();
        sleep(traffic.warmUp());
        Figures figures = measure(meanwhile);
        counts.stop();
        drain();
        clients.close();
        if (traffic.shape() == Traffic.Shape.SLOW) {
            figures.put("dropped", DropCounter.read(server));
        }
        return figures.putAll(totals()).putAll(latencies());
    }

    private static void sleep(double seconds) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep((long) (seconds * 1_000));
    }

    private Figures measure(Callable<Figures> meanwhile) throws Exception {
        long generator = ProcessHandle.current().pid();
        ProcessUsage brokerBefore = ProcessUsage.of(pid);
        ProcessUsage generatorBefore = ProcessUsage.of(generator);
        long sent = counts.sent().sum();
        long acknowledged = counts.acknowledged().sum();
        long received = counts.received().sum();
        long start = System.nanoTime();
        counts.measure(true);
        Figures figures = meanwhile.call();
        counts.measure(false);
        double seconds = (System.nanoTime() - start) / 1e9;
        received = counts.received().sum() - received;
        double brokerCpu = ProcessUsage.of(pid).since(brokerBefore).cpuSeconds();
        return figures.put("seconds", seconds)
                .put("sent_s", (counts.sent().sum() - sent) / seconds)
                .put("acknowledged_s", (counts.acknowledged().sum() - acknowledged) / seconds)
                .put("received_s", received / seconds)
                .put("broker_cores", brokerCpu / seconds)
                .put("broker_cpu_s_per_million", received == 0 ? Double.NaN : brokerCpu / (received / 1e6))
                .put(
                        "generator_cores",
                        ProcessUsage.of(generator).since(generatorBefore).cpuSeconds() / seconds);
    }

    /** Waits for what is under way, as long as some of it arrives. */
    private void drain() throws Exception {
        long deadline = System.nanoTime() + PATIENCE;
        long seen = -1;
        long quietSince = System.nanoTime();
        while (System.nanoTime() < deadline && System.nanoTime() - quietSince < QUIET) {
            if (clients.areDone() && counts.received().sum() == expected()) {
                return;
            }
            long now = counts.received().sum()
                    + counts.acknowledged().sum()
                    + counts.duplicates().sum();
            if (now != seen) {
                seen = now;
                quietSince = System.nanoTime();
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Copies that must arrive: of what was acknowledged, or with QoS 0 of what was sent. */
    private long expected() {
        return (traffic.qos() == 0 ? counts.sent() : counts.acknowledged()).sum() * traffic.copies();
    }

    private Figures totals() {
        if (counts.lastLoss() != null) {
            System.err.println(traffic.name() + ": a connection was lost: " + counts.lastLoss());
        }
        long unacknowledged = traffic.qos() == 0
                ? 0
                : counts.sent().sum() - counts.acknowledged().sum();
        return new Figures()
                .put("sent", counts.sent().sum())
                .put("unacknowledged", unacknowledged)
                .put("expected", expected())
                .put("received", counts.received().sum())
                .put("lost", Math.max(0, expected() - counts.received().sum()))
                .put("duplicates", counts.duplicates().sum())
                .put("disordered", counts.disordered().sum())
                .put("lost_connections", counts.lostConnections().sum());
    }

    private Figures latencies() {
        Figures figures = new Figures();
        if (traffic.rate() > 0) {
            figures.putPercentiles("puback", counts.acknowledgedAfter())
                    .putPercentiles("puback_due", counts.acknowledgedAfterDue())
                    .putPercentiles("arrival", counts.arrivedAfter())
                    .putPercentiles("arrival_due", counts.arrivedAfterDue());
        }
        return figures;
    }
}
