// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.spi;

import java.net.InetSocketAddress;
import org.osgi.annotation.versioning.ProviderType;

/** A listener that accepts connections; registered as a service as long as it does. Thread-safe. */
@ProviderType
public interface Listener {

    /** Its name in the configuration. */
    String name();

    /** Where it listens, with the port that was bound where the configuration asked for any. */
    InetSocketAddress address();
}
