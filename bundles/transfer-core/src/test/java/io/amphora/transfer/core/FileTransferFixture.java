// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.ClientInfo;
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.Publish;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.InboundPublish;
import io.amphora.mqtt.spi.PublishResult;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.core.export.ExportSettings;
import io.amphora.transfer.core.export.Exporters;
import io.amphora.transfer.core.spool.Durability;
import io.amphora.transfer.core.spool.SpoolLimits;
import io.amphora.transfer.core.transfer.TransferSettings;
import io.amphora.transfer.spi.ExporterStatus;
import io.amphora.transfer.spi.TransferCatalog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** File transfer with nothing around it, as a client sees it. */
final class FileTransferFixture implements AutoCloseable {

    static final String CLIENT = "c1";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final RecordingPublisher publisher = new RecordingPublisher();
    /** Bytes of the largest file that exporters do not begin early. */
    static final long EARLY = 4 << 20;

    final Exporters exporters = new Exporters();
    final ManualClock clock = new ManualClock();
    final MemoryExporter exporter = new MemoryExporter("memory");

    private final Path root;
    private final TransferSettings limits;
    private final SpoolLimits spool;
    Optional<TransferCatalog> catalog = Optional.empty();
    FileTransfer transfer;

    FileTransferFixture(Path root) throws IOException {
        this(root, defaults(), unlimited());
        exporters.add(exporter);
    }

    FileTransferFixture(Path root, TransferSettings limits, SpoolLimits spool) throws IOException {
        this.root = root;
        this.limits = limits;
        this.spool = spool;
        this.transfer = start();
    }

    static TransferSettings defaults() {
        return limits(PATIENCE, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /** Deliveries are given up soon; everything else has time. */
    static TransferSettings impatient() {
        return limits(Duration.ofMillis(500), Long.MAX_VALUE, Long.MAX_VALUE);
    }

    static TransferSettings limits(Duration assembleTimeout, long rate, long fileSize) {
        return new TransferSettings(
                PATIENCE, PATIENCE, assembleTimeout, rate, fileSize, 100, Duration.ZERO, Duration.ofDays(1), 100);
    }

    static SpoolLimits unlimited() {
        return new SpoolLimits(Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, 16);
    }

    private FileTransfer start() throws IOException {
        ExportSettings exports = new ExportSettings(2, limits.assembleTimeout(), Duration.ZERO, 2, EARLY);
        FileTransferSettings settings =
                new FileTransferSettings(root, Durability.OS, spool, 2, exports, Duration.ofHours(1), limits);
        return new FileTransfer(settings, exporters, catalog, publisher, clock);
    }

    /** As after the end of the process: what was not on disk is gone. */
    void restart() throws IOException {
        transfer.close();
        transfer = start();
    }

    /** Publishes and waits for the acknowledgement. */
    PublishResult send(String topic, String payload) {
        return await(begin(topic, payload));
    }

    /** Publishes; the acknowledgement comes when it comes. */
    CompletableFuture<PublishResult> begin(String topic, String payload) {
        return publish(topic, payload, PublishProperties.NONE);
    }

    CompletableFuture<PublishResult> publish(String topic, String payload, PublishProperties properties) {
        ClientInfo client = new ClientInfo(
                new ClientId(CLIENT),
                MqttVersion.V5,
                Optional.empty(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
        Publish packet = new Publish(
                new TopicName(topic),
                ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer(),
                Qos.AT_LEAST_ONCE,
                false,
                false,
                1,
                properties);
        return transfer.handler().handle(new InboundPublish(client, packet)).toCompletableFuture();
    }

    /** Uploads a file of three bytes, and asks for its delivery. */
    CompletableFuture<PublishResult> finish(String file) {
        send("$file/" + file + "/init", "{\"name\":\"a\"}");
        send("$file/" + file + "/0", "abc");
        return begin("$file/" + file + "/fin/3", "");
    }

    /** How the exporter of that name is. */
    ExporterStatus status(String name) {
        return transfer.statuses().stream()
                .filter(status -> status.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("no answer", e);
        }
    }

    /** What was exported of a file, empty if nothing was. */
    Optional<String> exported(String fileId) {
        return Optional.ofNullable(exporter.files.get(new TransferId(CLIENT, fileId)))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        transfer.close();
    }
}
