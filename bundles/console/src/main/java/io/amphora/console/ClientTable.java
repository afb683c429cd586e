// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console;

import io.amphora.mqtt.Printable;
import io.amphora.mqtt.spi.ClientRegistry.ClientView;
import io.amphora.mqtt.spi.ClientRegistry.ConnectionView;
import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.support.table.ShellTable;

/** Clients, one in a line. Immutable. */
final class ClientTable {

    private static final int LONGEST = 64;

    private final List<ClientView> clients;

    ClientTable(List<ClientView> clients) {
        this.clients = clients;
    }

    /** One line of values separated by tabs for each client. */
    void printPlainly(PrintStream out) {
        for (ClientView client : clients) {
            out.println(String.join("\t", values(client)));
        }
    }

    /** With a heading; long identifiers are shortened. */
    void print(PrintStream out) {
        ShellTable table = new ShellTable();
        table.column("Client").maxSize(LONGEST);
        table.column("Connected from");
        table.column("Listener");
        table.column("Subscriptions").alignRight();
        table.column("Queued").alignRight();
        table.column("Bytes").alignRight();
        table.column("In flight").alignRight();
        table.column("Dropped").alignRight();
        table.emptyTableText("No clients");
        for (ClientView client : clients) {
            table.addRow().addContent(values(client).toArray());
        }
        table.print(out);
    }

    private static List<String> values(ClientView client) {
        return List.of(
                Printable.whole(client.id().value()),
                client.connection()
                        .map(connection -> connection.client().peer().toString())
                        .orElse("-"),
                client.connection().map(ConnectionView::listener).orElse("-"),
                Integer.toString(client.subscriptions()),
                Integer.toString(client.queuedMessages()),
                Long.toString(client.queuedBytes()),
                Integer.toString(client.inflightMessages()),
                Long.toString(client.droppedMessages()));
    }
}
