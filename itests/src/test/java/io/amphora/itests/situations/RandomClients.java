// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.situations;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.ClassRule;
import org.junit.Test;

/** Many clients do anything, all of which a model foresees. The seed of a run that fails is in its message. */
public final class RandomClients {

    @ClassRule
    public static final SharedBroker BROKER = new SharedBroker();

    private static final int CLIENTS = 20;
    private static final int STEPS = 6_000;
    private static final long AT_MOST = TimeUnit.SECONDS.toNanos(20);
    private static final Pattern DELIVERED = Pattern.compile("Delivered (random\\d+/f\\d+): ");

    @Test
    public void everyAnswerAndEveryFileIsWhatTheModelSays() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        try {
            run(new Random(seed));
        } catch (AssertionError | IOException e) {
            throw new AssertionError("-Dseed=" + seed + ": " + e.getMessage(), e);
        }
    }

    private static void run(Random random) throws IOException {
        List<RandomClient> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Form form = i % 2 == 0 ? Form.SYNCHRONOUS : Form.ASYNCHRONOUS;
            clients.add(new RandomClient(BROKER, "random" + i, form, new Random(random.nextLong())));
        }
        long deadline = System.nanoTime() + AT_MOST;
        for (int step = 0; step < STEPS && System.nanoTime() - deadline < 0; step++) {
            RandomClient client = clients.get(random.nextInt(CLIENTS));
            switch (random.nextInt(30)) {
                case 0 -> client.hangUp();
                case 1, 2, 3 -> client.drain();
                default -> client.send();
            }
        }
        for (RandomClient client : clients) {
            client.close();
        }
        Map<String, Long> deliveries = deliveries();
        long finished = 0;
        for (RandomClient client : clients) {
            for (RandomTransfer transfer : client.transfers()) {
                assertDelivered(client.clientId(), transfer, deliveries);
                finished += transfer.model().isFinished() ? 1 : 0;
            }
        }
        assertTrue("too few files: " + finished, finished > CLIENTS);
    }

    private static void assertDelivered(String clientId, RandomTransfer transfer, Map<String, Long> deliveries)
            throws IOException {
        String id = clientId + "/" + transfer.fileId();
        Path file = BROKER.exports().pathOf(clientId, transfer.fileId(), "n");
        boolean finished = transfer.model().isFinished();
        assertEquals(id, finished, Files.exists(file));
        assertEquals(id, finished ? 1L : 0L, (long) deliveries.getOrDefault(id, 0L));
        if (finished) {
            assertArrayEquals(id, transfer.model().content(), Files.readAllBytes(file));
        }
    }

    private static Map<String, Long> deliveries() throws IOException {
        return DELIVERED
                .matcher(Files.readString(BROKER.amphora().log()))
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }
}
