// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.ServerPacket;
import io.amphora.mqtt.spi.Link;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A link whose event loop runs when the test says so. */
final class FakeLink implements Link {

    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final List<ServerPacket> sent = new ArrayList<>();
    private boolean writable = true;
    private boolean reading = true;
    private boolean closed;
    private int flushes;

    /** Runs what the broker left for the event loop; returns the number of tasks. */
    int run() {
        int count = 0;
        while (runOne()) {
            count++;
        }
        return count;
    }

    /** Runs the first of what the broker left for the event loop, if there is anything. */
    boolean runOne() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
        return task != null;
    }

    /** Waits for a task of another thread, and runs it. */
    void runNext() throws InterruptedException {
        Runnable task = tasks.poll(60, TimeUnit.SECONDS);
        if (task == null) {
            throw new AssertionError("no task");
        }
        task.run();
    }

    /** What was sent since the last call. */
    List<ServerPacket> sent() {
        List<ServerPacket> packets = List.copyOf(sent);
        sent.clear();
        return packets;
    }

    /** The payloads that were sent since the last call. */
    List<String> payloads() {
        return sent().stream()
                .filter(OutboundPublish.class::isInstance)
                .map(packet -> Deliveries.text(((OutboundPublish) packet).message()))
                .toList();
    }

    void writable(boolean next) {
        writable = next;
    }

    boolean isReading() {
        return reading;
    }

    boolean isClosed() {
        return closed;
    }

    int flushes() {
        return flushes;
    }

    @Override
    public Executor eventLoop() {
        return tasks::add;
    }

    @Override
    public void carriesBulk() {}

    @Override
    public SocketAddress peer() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public String listener() {
        return "fake";
    }

    @Override
    public int maximumPacketSize() {
        return 1_000_000;
    }

    @Override
    public void send(ServerPacket packet) {
        sent.add(packet);
    }

    @Override
    public void flush() {
        flushes++;
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void reading(boolean on) {
        reading = on;
    }

    @Override
    public void keepAlive(int seconds) {}

    @Override
    public void close() {
        closed = true;
    }
}
