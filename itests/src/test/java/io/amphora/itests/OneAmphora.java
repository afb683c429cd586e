// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/** A class rule: the distribution, on a new data directory, for a class or suite. Confined to the tests' thread. */
public final class OneAmphora extends ExternalResource {

    private final TemporaryFolder folder = new TemporaryFolder();
    private RunningAmphora running;

    @Override
    protected void before() throws Exception {
        folder.create();
        running = RunningAmphora.start(folder.newFolder("data").toPath());
    }

    @Override
    protected void after() {
        try {
            if (running != null) {
                running.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            folder.delete();
        }
    }

    public RunningAmphora running() {
        return running;
    }
}
