// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.io.IOException;
import org.junit.After;
import org.junit.Before;

/** What tests have in common whose broker ends at any moment. */
abstract class Crashes {

    MemoryStore store = new MemoryStore();
    BrokerFixture broker;

    @Before
    public final void start() throws IOException {
        broker = BrokerFixture.on(store);
        connectAnew();
    }

    @After
    public final void stop() {
        broker.after();
    }

    /** Makes the links to a broker that has just begun. */
    abstract void connectAnew();

    /** The process ends without notice; what was not stored is lost. */
    final void crash() throws IOException {
        crash(0);
    }

    /** The same, and some seconds pass on all clocks. */
    final void crash(long seconds) throws IOException {
        store.crash();
        store.waits(false);
        broker.after();
        broker = BrokerFixture.on(store, seconds);
        connectAnew();
    }
}
