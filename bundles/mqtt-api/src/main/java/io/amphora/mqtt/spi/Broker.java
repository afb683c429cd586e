// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.spi;

import org.osgi.annotation.versioning.ProviderType;

/** Where a listener brings its connections. Thread-safe. */
@ProviderType
public interface Broker {

    /**
     * Begins a connection that has not sent anything yet. Called on the link's event loop.
     *
     * @throws IllegalStateException if the broker is stopping
     */
    Connection open(Link link);

    /** Where listeners count what goes over the network. */
    Traffic traffic();

    /** Whether any authenticator stands guard. A listener beyond loopback must not open without one. */
    boolean authenticates();
}
