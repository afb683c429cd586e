// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.Exporter;
import io.amphora.transfer.spi.ExporterStatus.Degraded;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what it is given; can be made to fail or to wait. Thread-safe. */
class MemoryExporter implements Exporter {

    final Map<TransferId, byte[]> files = new ConcurrentHashMap<>();
    final AtomicInteger exports = new AtomicInteger();
    final AtomicInteger failuresLeft = new AtomicInteger();
    /** Each is thrown by one export. */
    final Queue<IOException> failures = new ConcurrentLinkedQueue<>();

    final CountDownLatch begun = new CountDownLatch(1);
    volatile CountDownLatch gate = new CountDownLatch(0);
    volatile boolean interruptible = true;
    volatile boolean required = true;
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger mostAtOnce = new AtomicInteger();
    final Queue<TransferId> order = new ConcurrentLinkedQueue<>();

    volatile String name;
    volatile Optional<Degraded> refusedChange = Optional.empty();

    MemoryExporter(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean accepts(TransferId id, FileMeta meta, long size) {
        return true;
    }

    @Override
    public boolean required() {
        return required;
    }

    @Override
    public Optional<Degraded> refusedChange() {
        return refusedChange;
    }

    @Override
    public ExportedFile export(ExportRequest request) throws IOException {
        mostAtOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
        try {
            return keep(request);
        } finally {
            running.decrementAndGet();
        }
    }

    private ExportedFile keep(ExportRequest request) throws IOException {
        exports.incrementAndGet();
        begun.countDown();
        waitAtGate();
        if (failuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IOException("told to fail");
        }
        if (!failures.isEmpty()) {
            throw failures.remove();
        }
        byte[] bytes = Files.readAllBytes(request.file().path());
        order.add(request.id());
        files.put(request.id(), Arrays.copyOf(bytes, (int) request.file().size()));
        return new ExportedFile(
                request.id(),
                name,
                URI.create("memory:" + name),
                request.file().size(),
                request.file().sha256());
    }

    private void waitAtGate() throws IOException {
        while (true) {
            try {
                gate.await();
                return;
            } catch (InterruptedException e) {
                if (interruptible) {
                    throw new InterruptedIOException("export was interrupted");
                }
            }
        }
    }

    @Override
    public Optional<URI> link(ExportedFile file, Duration valid) {
        return Optional.empty();
    }

    @Override
    public InputStream open(ExportedFile file, ByteRange range) {
        byte[] bytes = files.get(file.id());
        return new ByteArrayInputStream(bytes, (int) range.start(), (int) range.length());
    }

    @Override
    public void delete(ExportedFile file) {
        files.remove(file.id());
    }
}
