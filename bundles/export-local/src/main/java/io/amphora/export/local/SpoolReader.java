// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import io.amphora.transfer.spi.SpooledFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the content of a spooled file under another name, synced: by a hard link, or else by copying. Thread-safe. */
final class SpoolReader implements SpoolAccess {

    private static final Logger LOG = LoggerFactory.getLogger(SpoolReader.class);

    /** Bytes copied between two looks for an interrupt. */
    private static final long CHUNK = 8L << 20;

    private final boolean link;
    private final FreeSpace space;
    private final AtomicBoolean toldOfCopying = new AtomicBoolean();

    /**
     * @param link whether to link where it can be done
     * @param space what is to stay free where files are brought to
     */
    SpoolReader(boolean link, FreeSpace space) {
        this.link = link;
        this.space = space;
    }

    @Override
    public void bring(SpooledFile file, Path target) throws IOException {
        try (FileChannel content = FileChannel.open(file.path(), StandardOpenOption.READ)) {
            boolean whole = content.size() == file.size(); // a link would show what lies behind
            if (!link || !whole || !linked(content, file.path(), target)) {
                space.require(target.getParent(), file.size());
                copy(content, file.size(), target);
            }
        }
    }

    private boolean linked(FileChannel content, Path spooled, Path target) throws IOException {
        content.force(true);
        space.require(target.getParent(), 0);
        try {
            Files.createLink(target, spooled);
            return true;
        } catch (FileSystemException | UnsupportedOperationException e) {
            if (!toldOfCopying.getAndSet(true)) {
                LOG.info("Copies files from the spool, since they cannot be linked: {}", e.toString());
            }
            return false;
        }
    }

    private static void copy(FileChannel content, long size, Path target) throws IOException {
        try (FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long done = 0; done < size; ) {
                long n = content.transferTo(done, Math.min(CHUNK, size - done), out);
                if (n == 0) {
                    throw new EOFException("the spool has only " + done + " of " + size + " bytes");
                }
                done += n;
            }
            out.force(true);
        }
    }
}
