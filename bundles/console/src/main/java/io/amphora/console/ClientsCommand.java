// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console;

import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.spi.ClientRegistry;
import io.amphora.mqtt.spi.ClientRegistry.ClientView;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** {@code amphora:clients}. Confined to the thread of the shell's session. */
@Service
@Command(
        scope = "amphora",
        name = "clients",
        description = "Lists the clients that have a session: what waits for them, and what was dropped for them.")
public final class ClientsCommand implements Action {

    @Argument(name = "client", description = "Client identifier; all clients if it is not there")
    private String clientId;

    @Option(name = "--dropped", description = "Only clients that messages were dropped for")
    private boolean dropped;

    @Option(name = "--no-format", description = "Values separated by tabs, without a heading, instead of a table")
    private boolean plain;

    @Reference
    private ClientRegistry clients;

    /** For the shell, which sets the fields. */
    public ClientsCommand() {}

    ClientsCommand(ClientRegistry clients, String clientId, boolean dropped, boolean plain) {
        this.clients = clients;
        this.clientId = clientId;
        this.dropped = dropped;
        this.plain = plain;
    }

    @Override
    public Object execute() {
        print(System.out);
        return null;
    }

    /** @throws IllegalArgumentException if there is no such client */
    void print(PrintStream out) {
        List<ClientView> views = chosen().stream()
                .filter(view -> !dropped || view.droppedMessages() > 0)
                .sorted(Comparator.comparing(view -> view.id().value()))
                .toList();
        ClientTable table = new ClientTable(views);
        if (plain) {
            table.printPlainly(out);
        } else {
            table.print(out);
        }
    }

    private List<ClientView> chosen() {
        if (clientId == null) {
            return clients.clients();
        }
        return List.of(clients.client(new ClientId(clientId))
                .orElseThrow(() -> new IllegalArgumentException("no client has a session as " + clientId)));
    }
}
