// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A broker that runs as a process of its own and listens on loopback. Confined to one thread. */
interface RunningBroker extends AutoCloseable {

    /** Name and version. */
    String title() throws IOException;

    int port() throws IOException;

    long pid() throws IOException;

    default InetSocketAddress server() throws IOException {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
    }

    @Override
    void close() throws IOException;
}
