// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The spool's open files: they stay open between uses, and those that were not used for the longest time are closed when
 * there are too many. What is in use is never closed, so the bound can be passed by as many as are in use at once.
 * Thread-safe; each path is used by one thread at a time.
 */
final class OpenFiles implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OpenFiles.class);

    private static final Set<StandardOpenOption> READ_WRITE =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    private static final Set<StandardOpenOption> CREATE_NEW =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

    private final int maximum;
    private final Map<Path, Lease> open = new LinkedHashMap<>(64, 0.75f, true);

    /** @param maximum files that stay open, 1 or more */
    OpenFiles(int maximum) {
        this.maximum = maximum;
    }

    /** The right to use an open file until it is closed: which hands it back and does not close the file. */
    final class Lease implements AutoCloseable {

        private final FileChannel channel;
        private int users;

        private Lease(FileChannel channel) {
            this.channel = channel;
        }

        FileChannel channel() {
            return channel;
        }

        @Override
        public void close() {
            release(this);
        }
    }

    /** Opens a file, made if it does not exist, or hands out the one that is open. */
    Lease use(Path path) throws IOException {
        synchronized (this) {
            Lease lease = open.get(path);
            if (lease != null) {
                lease.users++;
                return lease;
            }
        }
        return keep(path, FileChannel.open(path, READ_WRITE));
    }

    /**
     * Opens a file that must not exist yet.
     *
     * @throws java.nio.file.FileAlreadyExistsException if it does
     */
    Lease create(Path path) throws IOException {
        return keep(path, FileChannel.open(path, CREATE_NEW));
    }

    private Lease keep(Path path, FileChannel channel) {
        Lease lease = new Lease(channel);
        lease.users = 1;
        List<Lease> surplus;
        synchronized (this) {
            open.put(path, lease);
            surplus = takeSurplus();
        }
        surplus.forEach(OpenFiles::closeChannel);
        return lease;
    }

    private List<Lease> takeSurplus() {
        List<Lease> surplus = new ArrayList<>();
        Iterator<Lease> oldestFirst = open.values().iterator();
        while (open.size() > maximum && oldestFirst.hasNext()) {
            Lease lease = oldestFirst.next();
            if (lease.users == 0) {
                oldestFirst.remove();
                surplus.add(lease);
            }
        }
        return surplus;
    }

    private synchronized void release(Lease lease) {
        lease.users--;
    }

    /** Closes a file that nobody uses, if it is open. */
    void forget(Path path) {
        Lease lease;
        synchronized (this) {
            lease = open.remove(path);
        }
        if (lease != null) {
            closeChannel(lease);
        }
    }

    /** Number of open files. */
    synchronized int count() {
        return open.size();
    }

    @Override
    public void close() {
        List<Lease> all;
        synchronized (this) {
            all = List.copyOf(open.values());
            open.clear();
        }
        all.forEach(OpenFiles::closeChannel);
    }

    private static void closeChannel(Lease lease) {
        try {
            lease.channel.close();
        } catch (IOException e) {
            LOG.warn("Failed to close a file of the spool", e);
        }
    }
}
