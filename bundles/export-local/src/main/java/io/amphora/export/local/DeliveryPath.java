// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import io.amphora.transfer.TransferId;
import java.nio.file.Path;

/**
 * Where the files of a transfer are, below the root: {@code {h1}/{h2}/{hRest}/{client_id}/{file_id}}. The first two
 * levels, the shard, are shared with other transfers; {@code hRest} and what is below belong to this one alone.
 * Immutable.
 *
 * @param key 64 hex digits that name the transfer
 * @param client the client id
 * @param file the file id
 */
record DeliveryPath(String key, PathSegment client, PathSegment file) {

    /** Levels from the root down to the folder that holds the files. */
    static final int DEPTH = 5;

    static DeliveryPath of(TransferId id) {
        return new DeliveryPath(id.key().hex(), PathSegment.of(id.clientId()), PathSegment.of(id.fileId()));
    }

    /** Number of the shard, from 0 to 65,535. */
    int shardNumber() {
        return Integer.parseInt(key.substring(0, 4), 16);
    }

    Path shard(Path root) {
        return root.resolve(key.substring(0, 2)).resolve(key.substring(2, 4));
    }

    /** The first folder that is the transfer's own. */
    Path own(Path root) {
        return shard(root).resolve(key.substring(4));
    }

    /** The folder that holds the files, given the transfer's own one. */
    Path files(Path own) {
        return own.resolve(client.value()).resolve(file.value());
    }
}
