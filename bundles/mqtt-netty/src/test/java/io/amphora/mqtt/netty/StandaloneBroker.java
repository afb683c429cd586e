// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.broker.TestBroker;
import java.util.Optional;

/** Runs the broker outside OSGi until it is killed, for trying it by hand: the port is the argument. */
final class StandaloneBroker {

    private StandaloneBroker() {}

    public static void main(String[] arguments) throws Exception {
        ListenerSettings settings = new ListenerSettings(
                "hand",
                "127.0.0.1",
                Integer.parseInt(arguments[0]),
                2 << 20,
                10_000,
                0,
                5_000,
                100_000,
                1_024,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        EventLoops loops = new EventLoops(0, 0, "auto");
        TestBroker broker = new TestBroker();
        MqttListener listener = new MqttListener(settings, broker.broker(), loops);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            listener.close();
            loops.close();
            broker.close();
        }));
        Thread.currentThread().join();
    }
}
