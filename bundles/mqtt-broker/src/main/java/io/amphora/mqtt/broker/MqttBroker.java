// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.spi.Broker;
import io.amphora.mqtt.spi.Connection;
import io.amphora.mqtt.spi.Link;
import io.amphora.mqtt.spi.Traffic;

/** Opens connections. Thread-safe. */
final class MqttBroker implements Broker {

    private final BrokerState state;
    private final Extensions extensions;
    private volatile boolean stopping;

    MqttBroker(BrokerState state, Extensions extensions) {
        this.state = state;
        this.extensions = extensions;
    }

    @Override
    public Connection open(Link link) {
        if (stopping) {
            throw new IllegalStateException("the broker is stopping");
        }
        state.counts().opened();
        return new ClientConnection(state, extensions, link);
    }

    @Override
    public Traffic traffic() {
        return state.counts();
    }

    @Override
    public boolean authenticates() {
        return extensions.authenticate();
    }

    /** Opens no more connections; the listeners end those that are open. */
    void stop() {
        stopping = true;
    }
}
