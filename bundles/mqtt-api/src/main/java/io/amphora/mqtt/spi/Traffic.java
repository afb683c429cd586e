// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.spi;

import org.osgi.annotation.versioning.ProviderType;

/** Where listeners count what goes over the network. Thread-safe. */
@ProviderType
public interface Traffic {

    /**
     * A packet came in.
     *
     * @param bytes of the whole packet
     */
    void received(long bytes);

    /**
     * A packet went out.
     *
     * @param bytes of the whole packet
     */
    void sent(long bytes);
}
