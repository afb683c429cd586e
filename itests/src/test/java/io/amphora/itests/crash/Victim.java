// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A broker in a process of its own that is killed and started again on the same data. */
public interface Victim extends AutoCloseable {

    /** Exit code of a process that ended at a {@link CrashPoint}. */
    int ENDED_AT_POINT = 255;

    /**
     * Starts it.
     *
     * @param rules Byteman rules; empty for none
     * @return whether it takes connections; if not it has ended before
     */
    boolean start(String rules) throws IOException, InterruptedException;

    /** Ends it as {@code kill -9} does, if it runs. */
    void kill9() throws IOException, InterruptedException;

    /** Waits until it ends by itself. */
    boolean awaitEnd(Duration patience) throws InterruptedException;

    int exitCode();

    int port() throws IOException;

    Path data();

    /** Sets a key in a file of its settings; counts from the next start on. */
    default void configure(String file, String key, String value) throws IOException {
        Settings.put(data().resolve("etc").resolve(file), key, value);
    }

    @Override
    void close() throws IOException;
}
