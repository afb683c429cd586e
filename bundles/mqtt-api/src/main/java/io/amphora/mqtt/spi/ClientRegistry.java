// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.spi;

import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.ClientInfo;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Who has a session, for operators. Thread-safe, never blocks for long. */
@ProviderType
public interface ClientRegistry {

    /**
     * A session at one moment.
     *
     * @param connection of the client, if it is connected
     * @param persistent whether it outlives the process
     * @param queuedMessages that wait for the client
     * @param queuedBytes of them
     * @param inflightMessages that were sent and are not acknowledged
     * @param droppedMessages that the client missed because its queue was full
     */
    record ClientView(
            ClientId id,
            Optional<ConnectionView> connection,
            boolean persistent,
            int subscriptions,
            int queuedMessages,
            long queuedBytes,
            int inflightMessages,
            long droppedMessages) {}

    /**
     * A connection.
     *
     * @param listener that accepted it, by its name
     */
    record ConnectionView(ClientInfo client, String listener) {}

    /** All sessions, in no order. */
    List<ClientView> clients();

    Optional<ClientView> client(ClientId id);

    /** Ends a client's connection with DISCONNECT 0x98; false if there is none. */
    boolean disconnect(ClientId id);
}
