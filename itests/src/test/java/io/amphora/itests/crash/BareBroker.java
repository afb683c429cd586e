// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import io.amphora.export.local.LocalExporter;
import io.amphora.mqtt.broker.BrokerComponent;
import io.amphora.mqtt.broker.BrokerStateComponent;
import io.amphora.mqtt.netty.EventLoopsComponent;
import io.amphora.mqtt.netty.ListenerComponent;
import io.amphora.mqtt.spi.PublishHandler;
import io.amphora.mqtt.store.StoreComponent;
import io.amphora.transfer.catalog.CatalogComponent;
import io.amphora.transfer.core.FileTransferComponent;
import io.amphora.transfer.spi.TransferCatalog;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.h2.jdbcx.JdbcConnectionPool;
import org.osgi.framework.ServiceReference;

/** The project's components wired without OSGi, in a process that starts fast. Confined to the main thread. */
public final class BareBroker {

    private BareBroker() {}

    /** The file that says, once the listener is open, on which port. */
    static Path portFile(Path data) {
        return data.resolve("port");
    }

    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        Wiring wiring = new Wiring(data);
        StoreComponent store = wiring.create(StoreComponent.class, "io.amphora.mqtt.store.cfg");
        BrokerStateComponent state = wiring.create(BrokerStateComponent.class, "io.amphora.mqtt.broker.cfg", store);
        FileTransferComponent transfer = wiring.create(FileTransferComponent.class, "io.amphora.transfer.cfg", state);
        var source = JdbcConnectionPool.create("jdbc:h2:async:" + data.resolve("catalog/catalog"), "amphora", "");
        CatalogComponent catalog = wiring.create(CatalogComponent.class, "none", source);
        wiring.bind(transfer, "bindCatalog", TransferCatalog.class, catalog);
        bindExporters(wiring, data, transfer);
        BrokerComponent broker = wiring.create(BrokerComponent.class, "none", state);
        wiring.bind(broker, "bindHandler", PublishHandler.class, transfer, Map.of());
        EventLoopsComponent loops = wiring.create(EventLoopsComponent.class, "none");
        ListenerComponent listener =
                wiring.create(ListenerComponent.class, "io.amphora.mqtt.listener-tcp.cfg", broker, loops);
        Path port = Files.writeString(
                data.resolve("port.new"), String.valueOf(listener.address().getPort()));
        Files.move(port, portFile(data), StandardCopyOption.ATOMIC_MOVE);
        Thread.currentThread().join();
    }

    private static void bindExporters(Wiring wiring, Path data, FileTransferComponent transfer)
            throws IOException, ReflectiveOperationException {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(data.resolve("etc"), "io.amphora.export.local-*.cfg")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                LocalExporter exporter = wiring.create(LocalExporter.class, name);
                wiring.bind(transfer, "bindExporter", ServiceReference.class, Wiring.reference(exporter));
            }
        }
    }
}
