// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.spi.EarlyExport;
import io.amphora.transfer.spi.EarlyRequest;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes a copy of a file while it grows, and counts what is left to the export. Thread-safe. */
final class EarlyExporter extends MemoryExporter {

    final AtomicInteger begins = new AtomicInteger();
    final AtomicInteger aborts = new AtomicInteger();
    volatile long copied;
    volatile long leftToExport;
    volatile boolean failing;
    volatile byte[] exported = {};

    EarlyExporter(String name) {
        super(name);
    }

    @Override
    public Optional<EarlyExport> begin(EarlyRequest request) {
        begins.incrementAndGet();
        return Optional.of(new Copy(request.path()));
    }

    @Override
    public ExportedFile export(ExportRequest request) throws IOException {
        if (request.early().isPresent()) {
            Copy copy = (Copy) request.early().get();
            leftToExport = copy.complete(request.file().size());
            exported = copy.bytes;
        }
        return super.export(request);
    }

    private final class Copy implements EarlyExport {

        private final Path path;
        private byte[] bytes = {};

        Copy(Path path) {
            this.path = path;
        }

        @Override
        public void grown(long end) throws IOException {
            if (failing) {
                throw new IOException("told to fail");
            }
            int from = bytes.length;
            bytes = java.util.Arrays.copyOf(bytes, (int) end);
            read(from, (int) end);
            copied = end;
        }

        @Override
        public void rewritten(ByteRange range) throws IOException {
            read((int) range.start(), (int) range.end());
        }

        long complete(long size) throws IOException {
            int from = bytes.length;
            bytes = java.util.Arrays.copyOf(bytes, (int) size);
            read(Math.min(from, (int) size), (int) size);
            return Math.max(0, size - from);
        }

        private void read(int start, int end) throws IOException {
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
                file.seek(start);
                file.readFully(bytes, start, end - start);
            }
        }

        @Override
        public void abort() {
            aborts.incrementAndGet();
        }
    }
}
