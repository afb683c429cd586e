// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** One attempt to open the database, which whoever comes meanwhile waits for. Thread-safe. */
final class Opening {

    private final CompletableFuture<Dialect> result = new CompletableFuture<>();

    Dialect complete(Dialect dialect) {
        result.complete(dialect);
        return dialect;
    }

    void fail(Throwable cause) {
        result.completeExceptionally(cause);
    }

    /** Waits for the attempt; if it fails, so does this. */
    Dialect join() throws IOException {
        try {
            return result.join();
        } catch (CompletionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }
}
