// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import static io.amphora.mqtt.netty.RawClient.packet;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.ClientInfo;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.broker.TestBroker;
import io.amphora.mqtt.spi.Authorizer;
import io.amphora.mqtt.spi.PublishResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.ExternalResource;
import org.junit.rules.RuleChain;
import org.junit.rules.Timeout;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** Connections that go to the event loops for bulk transfers and come back. */
@RunWith(Parameterized.class)
public final class RelocationTest {

    private static final long NEVER_QUIET = 3_600_000;

    /** Messages that a publisher has on their way. */
    private static final int WINDOW = 20;

    private static final HexFormat HEX = HexFormat.of();

    private final ExecutorService handlers = Executors.newSingleThreadExecutor();
    private final Observer observer = new Observer();
    private final TestBroker broker = new TestBroker()
            .with("bulk/", publish -> CompletableFuture.supplyAsync(() -> PublishResult.SUCCESS, handlers))
            .with(observer);
    private final String io;
    private final RunningListener listener;

    @Rule
    public final RuleChain rules;

    public RelocationTest(String io) {
        this.io = io;
        listener = new RunningListener(broker, io);
        rules = RuleChain.outerRule(Timeout.seconds(120)).around(new ExternalResource() {
            @Override
            protected void after() {
                handlers.shutdownNow();
                listener.after();
            }
        });
    }

    @Parameterized.Parameters(name = "{0}")
    public static List<String> io() {
        return List.of("auto", "nio");
    }

    @Test
    public void goesWithItsFirstBulkMessageAndComesBackOnceThereIsNoMore() throws Exception {
        start(200);
        try (RawClient client = RawClient.connected5(listener.address(), "camera")) {
            client.send(packet("32", "'bulk/1' 0001 00"));
            client.expect("40 02 0001");
            assertEquals("amphora-io", observer.lastThread);
            awaitServedBy("amphora-bulk", client);
            awaitServedBy("amphora-io", client);
        }
    }

    private void awaitServedBy(String thread, RawClient client) throws Exception {
        do {
            client.send(packet("32", "'probe' 0002 00"));
            assertEquals("40", client.read().substring(0, 2));
        } while (!observer.lastThread.equals(thread));
    }

    @Test
    public void losesAndReordersNothingWhileItGoesToAndFro() throws Exception {
        exchange(2_000, "");
    }

    @Test
    public void losesAndReordersNothingOfLargeMessages() throws Exception {
        exchange(300, "5a".repeat(200_000));
    }

    /** A client publishes bulk messages one by one while another sends it so many messages, each with its number at the end. */
    private void exchange(int messages, String filling) throws Exception {
        start(0);
        try (RawClient both = RawClient.connected5(listener.address(), "both");
                RawClient publisher = RawClient.connected5(listener.address(), "publisher")) {
            both.send(packet("82", "0001 00 'news' 01"));
            both.expect("90 04 0001 00 01");
            CompletableFuture<Void> published = CompletableFuture.runAsync(() -> publish(publisher, messages, filling));
            int acknowledged = 0;
            int received = 0;
            both.send(packet("32", "'bulk/0' 0001 00"));
            while (acknowledged < messages || received < messages) {
                String read = both.read();
                if (read.startsWith("40")) {
                    acknowledged++;
                    assertEquals(HEX.toHexDigits((short) acknowledged), read.substring(4, 8));
                    if (acknowledged < messages) {
                        both.send(packet("32", "'bulk/0' " + HEX.toHexDigits((short) (acknowledged + 1)) + "00"));
                    }
                } else {
                    received++;
                    String end = "00" + filling + HEX.toHexDigits((short) received);
                    assertTrue("message " + received, read.endsWith(end));
                    int id = read.length() - end.length() - 4;
                    both.send("40 02" + read.substring(id, id + 4));
                }
            }
            published.get(30, TimeUnit.SECONDS);
        }
        assertEquals(Set.of("amphora-io", "amphora-bulk"), observer.threads);
    }

    private static void publish(RawClient publisher, int messages, String filling) {
        try {
            for (int i = 1; i <= messages; i++) {
                String number = HEX.toHexDigits((short) i);
                publisher.send(packet("32", "'news'" + number + "00" + filling + number));
                if (i > WINDOW) {
                    publisher.expect("40 02" + HEX.toHexDigits((short) (i - WINDOW)));
                }
            }
            for (int i = messages - WINDOW + 1; i <= messages; i++) {
                publisher.expect("40 02" + HEX.toHexDigits((short) i));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    public void whoClosesOnTheWayIsGoneForTheBroker() throws Exception {
        start(0);
        for (int i = 0; i < 500; i++) {
            try (RawClient client = RawClient.connected5(listener.address(), "short" + i)) {
                client.send(packet("32", "'bulk/1' 0001 00"));
                if (i % 2 == 0) {
                    client.expect("40 02 0001");
                }
            }
        }
        while (broker.connected() > 0 || listener.listener().connections() > 0) {
            LockSupport.parkNanos(10_000_000);
        }
    }

    @Test
    public void isToldThatItWasSilentAfterItWent() throws Exception {
        start(NEVER_QUIET);
        try (RawClient client = new RawClient(listener.address())) {
            client.send(packet("10", "'MQTT' 05 02 0001 00 'sleepy'"));
            client.read();
            client.send(packet("32", "'bulk/1' 0001 00"));
            client.expect("40 02 0001");
            assertEquals("8d", client.read().substring(4, 6));
            client.expectEnd();
        }
    }

    @Test
    public void isToldThatTheListenerStopsAfterItWent() throws Exception {
        start(NEVER_QUIET);
        CompletableFuture<Void> stopped;
        try (RawClient client = RawClient.connected5(listener.address(), "told")) {
            client.send(packet("32", "'bulk/1' 0001 00"));
            client.expect("40 02 0001");
            stopped = CompletableFuture.runAsync(() -> listener.listener().close());
            assertEquals("8b", client.read().substring(4, 6));
            client.expectEnd();
        }
        stopped.get(30, TimeUnit.SECONDS);
    }

    private void start(long quietMilliseconds) throws IOException {
        listener.start(new EventLoops(1, 1, io, quietMilliseconds));
    }

    /** Is asked on the event loop that serves the connection, and notes which. */
    private static final class Observer implements Authorizer {

        private final Set<String> threads = ConcurrentHashMap.newKeySet();
        private volatile String lastThread = "";

        @Override
        public Decision mayPublish(ClientInfo client, TopicName topic) {
            if (!client.id().value().equals("publisher")) {
                lastThread = Thread.currentThread().getName().replaceFirst("(-\\d+)+$", "");
                threads.add(lastThread);
            }
            return Decision.ABSTAIN;
        }

        @Override
        public Decision maySubscribe(ClientInfo client, TopicFilter filter) {
            return Decision.ABSTAIN;
        }
    }
}
