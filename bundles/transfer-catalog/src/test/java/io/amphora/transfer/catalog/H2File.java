// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import java.nio.file.Path;

/** The embedded database as the distribution configures it. */
final class H2File {

    private H2File() {}

    static String url(Path folder) {
        return "jdbc:h2:async:" + folder.resolve("catalog").toAbsolutePath();
    }
}
