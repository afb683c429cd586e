// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import io.amphora.itests.Handles;
import io.amphora.itests.Waiting;
import io.amphora.itests.wire.Body;
import io.amphora.itests.wire.Packet;
import io.amphora.itests.wire.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.rules.ExternalResource;

/**
 * A rule: after a test the process that has run from the beginning serves hundreds of new clients, and then holds no more
 * files, sockets and direct memory than before the first. Confined to the tests' thread.
 */
final class StillServing extends ExternalResource {

    private static final int FRESH = 500;
    private static final int QOS_1 = 2;

    /** Files and sockets that come with use; threads, those of the shell above all, go when they have been idle. */
    private static final int MORE_HANDLES = 10;

    /** The allocator keeps some chunks of 4 MiB for each event loop. */
    private static final long MORE_BYTES = 64 << 20;

    private long process;
    private Handles handles;
    private long directBytes;

    /** The rule of the suite, which looks at the process before the first test. */
    ExternalResource begun() {
        return new ExternalResource() {
            @Override
            protected void before() throws Exception {
                process = HostileIT.amphora().broker().pid();
                serve();
                directBytes = DirectMemory.of(process);
                handles = Handles.of(process);
            }
        };
    }

    @Override
    protected void after() {
        try {
            assertEquals("the process", process, HostileIT.amphora().broker().pid());
            serve();
            Waiting.until("there is no more than " + handles, this::isLetGo);
            Waiting.until(
                    "there is no more direct memory than " + directBytes,
                    () -> DirectMemory.of(process) <= directBytes + MORE_BYTES);
            String log = Files.readString(HostileIT.amphora().log());
            assertFalse(log, log.contains(" ERROR "));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private boolean isLetGo() throws IOException {
        Handles now = Handles.of(process);
        return now.files() <= handles.files() + MORE_HANDLES && now.sockets() <= handles.sockets() + MORE_HANDLES;
    }

    /** New clients, all at once, which subscribe, publish, and get what they have published. */
    private static void serve() throws IOException {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < FRESH; i++) {
                RawClient client = new RawClient(HostileIT.address(), RawClient.MQTT_5);
                clients.add(client);
                client.connect("fresh" + i, true);
                assertEquals(1, client.subscribe(1, "fresh/" + i));
            }
            for (int i = 0; i < FRESH; i++) {
                clients.get(i).publish(QOS_1, 2, "fresh/" + i, new Body(), ("hello " + i).getBytes(UTF_8));
            }
            for (int i = 0; i < FRESH; i++) {
                assertEquals(0, clients.get(i).acknowledgement(Packet.PUBACK).code());
                assertEquals("hello " + i, clients.get(i).message().text());
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }
}
