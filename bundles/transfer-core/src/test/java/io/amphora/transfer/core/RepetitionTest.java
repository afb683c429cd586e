// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The same upload over several connections at once, as when an old one is not quite gone yet. */
public class RepetitionTest {

    private static final int CONNECTIONS = 3;
    private static final int FILES = 100;
    private static final String CONTENT = "abcdefghijklmnopqrstuvwxyz";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final ExecutorService connections = Executors.newFixedThreadPool(CONNECTIONS);
    private FileTransferFixture broker;

    @Before
    public void start() throws IOException {
        broker = new FileTransferFixture(folder.getRoot().toPath());
    }

    @After
    public void stop() {
        connections.shutdownNow();
        broker.close();
    }

    @Test
    public void everyConnectionSucceedsAndTheFileIsDeliveredOnce() {
        for (int file = 0; file < FILES; file++) {
            String fileId = "f" + file;
            CompletableFuture<?>[] uploads = new CompletableFuture<?>[CONNECTIONS];
            for (int i = 0; i < CONNECTIONS; i++) {
                Random order = new Random(file * CONNECTIONS + i);
                uploads[i] = CompletableFuture.runAsync(() -> upload(fileId, order), connections);
            }
            FileTransferFixture.await(CompletableFuture.allOf(uploads));
            assertEquals(Optional.of(CONTENT), broker.exported(fileId));
        }
        assertEquals(FILES, broker.exporter.exports.get());
    }

    private void upload(String fileId, Random order) {
        ok("$file/" + fileId + "/init", "{\"name\":\"n\"}");
        List<Integer> offsets = new ArrayList<>(List.of(0, 5, 10, 15, 20));
        Collections.shuffle(offsets, order);
        for (int offset : offsets) {
            ok("$file/" + fileId + "/" + offset, CONTENT.substring(offset, Math.min(offset + 7, CONTENT.length())));
        }
        String prefix = order.nextBoolean() ? "$file/" : "$file-async/";
        ok(prefix + fileId + "/fin/" + CONTENT.length(), "");
        ok("$file/" + fileId + "/fin/" + CONTENT.length(), "");
    }

    private void ok(String topic, String payload) {
        assertEquals(topic, 0, broker.send(topic, payload).reasonCode().code());
    }
}
