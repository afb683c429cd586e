// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * The directories {@code {h1}/{h2}} under the root, which files share. Those known to be there, durably, are not looked
 * at again; a bit for each of the 65,536 is all that this takes. Thread-safe.
 */
final class Shards {

    private final Path root;
    private final DirectorySync sync;
    private final Access access;
    private final BitSet known = new BitSet(1 << 16); // guarded by itself

    Shards(Path root, DirectorySync sync, Access access) {
        this.root = root;
        this.sync = sync;
        this.access = access;
    }

    /** Makes the shard of a delivery unless it is there. */
    void require(DeliveryPath path) throws IOException {
        if (!isKnown(path.shardNumber())) {
            Path shard = path.shard(root);
            makeDirectory(shard.getParent());
            makeDirectory(shard);
            sync.syncParents(root, shard.getParent());
            remember(path.shardNumber());
        }
    }

    /** The shard may be gone. */
    void forget(DeliveryPath path) {
        synchronized (known) {
            known.clear(path.shardNumber());
        }
    }

    private boolean isKnown(int shard) {
        synchronized (known) {
            return known.get(shard);
        }
    }

    private void remember(int shard) {
        synchronized (known) {
            known.set(shard);
        }
    }

    /** Makes a directory unless it is there; its parent is. */
    void makeDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        try {
            Files.createDirectory(directory);
            access.applyToFolder(directory);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
    }
}
