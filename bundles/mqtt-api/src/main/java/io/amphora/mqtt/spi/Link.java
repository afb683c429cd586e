// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.spi;

import io.amphora.mqtt.ServerPacket;
import java.net.SocketAddress;
import java.util.concurrent.Executor;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The listener's side of one network connection. Methods are called on its event loop, which {@link #eventLoop()}
 * reaches from elsewhere, unless they say otherwise.
 */
@ConsumerType
public interface Link {

    /**
     * Runs tasks on the event loop, in order and one at a time; callable from any thread. After the end of the connection
     * still does so.
     */
    Executor eventLoop();

    /** Address of the other end; callable from any thread. */
    SocketAddress peer();

    /** Name of the listener that accepted the connection; callable from any thread. */
    String listener();

    /** Largest packet in bytes that the listener takes. */
    int maximumPacketSize();

    /**
     * Queues a packet for the next {@link #flush()}. What is sent during a call to {@link Connection} is flushed by the
     * listener once it has handed over all that it read. After the end of the connection, nothing happens.
     */
    void send(ServerPacket packet);

    /** Writes what is queued. */
    void flush();

    /** Whether the queue is below its high-water mark. Once it is not, {@link Connection#writable()} tells when it is again. */
    boolean isWritable();

    /**
     * Stops or resumes to take PUBLISH packets from the network: the back-pressure. Other packets still come, as long as the
     * listener has room for the PUBLISH packets before them; before CONNACK, only packets that are already read do.
     */
    void reading(boolean on);

    /**
     * The message at hand is part of a bulk transfer. The listener may from now on, and until there has been none for a
     * while, serve the connection apart from those that only exchange messages, on another thread; {@link #eventLoop()}
     * follows.
     */
    void carriesBulk();

    /** Closes the connection if nothing comes in for one and a half times as long [MQTT-3.1.2-22]; 0 is never. */
    void keepAlive(int seconds);

    /** Flushes, then closes the network connection. {@link Connection#closed()} follows. */
    void close();
}
