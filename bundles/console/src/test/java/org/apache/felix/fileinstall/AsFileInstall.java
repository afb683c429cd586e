// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package org.apache.felix.fileinstall;

/** Does what File Install does, for all that the stack tells. Immutable. */
public final class AsFileInstall {

    private AsFileInstall() {}

    public static void run(Runnable task) {
        task.run();
    }
}
