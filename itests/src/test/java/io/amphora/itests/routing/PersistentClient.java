// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.routing;

import io.amphora.itests.crash.Violations;
import io.amphora.itests.wire.Packet;
import java.io.IOException;
import java.util.Random;

/**
 * A client with a session that outlives its connections, and the broker. What it has been told is gone when the process is
 * killed is a violation. Confined to one thread at a time.
 */
abstract class PersistentClient {

    private static final int FIRST_FILTER = 0xFFFF;

    private final String id;
    private final String filter;
    private final int receiveMaximum;
    protected final Violations violations;
    protected Random random = new Random(0);
    protected Wire wire;
    private volatile boolean established; // a SUBACK has come, so that the session has to be there

    /** @param filter that it subscribes to, once */
    PersistentClient(String id, String filter, int receiveMaximum, Violations violations) {
        this.id = id;
        this.filter = filter;
        this.receiveMaximum = receiveMaximum;
        this.violations = violations;
    }

    /** Takes part in a life of the broker until it is over, or the process gone. */
    final void live(Life life) throws IOException {
        random = new Random(life.seed() * 31 + id.hashCode());
        try {
            work(life);
        } catch (IOException e) {
            // Killed, as it is meant to be; in the end whatever is missing is found out.
            violations.check(!life.isQuiet(), id + " lost its connection: " + e);
        } catch (RuntimeException | AssertionError e) {
            violations.add(id + ": " + e);
        } finally {
            disconnect();
        }
    }

    abstract void work(Life life) throws IOException;

    /** Connects; after that the session is there, and subscribed. */
    protected final void connect(Life life) throws IOException {
        wire = new Wire(life.port(), id, false, receiveMaximum);
        violations.check(
                wire.sessionPresent() || !established, "the session of " + id + " is gone in life " + life.number());
        if (!established) {
            wire.subscribe(FIRST_FILTER, filter, 2);
        }
    }

    final boolean isEstablished() {
        return established;
    }

    /** A SUBACK of the first subscription has come. */
    protected final void established(Packet suback) {
        violations.check(suback.subscribed() == 2, id + " may not subscribe: " + suback.subscribed());
        established = true;
    }

    protected static boolean isFirst(Packet suback) {
        return suback.packetId() == FIRST_FILTER;
    }

    protected final void disconnect() throws IOException {
        if (wire != null) {
            wire.close();
        }
    }

    @Override
    public final String toString() {
        return id;
    }
}
