// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import java.io.IOException;
import java.nio.file.Path;

public class LinkingLocalExporterTest extends LocalExporterContract {

    @Override
    Path newRoot() throws IOException {
        return temporary.newFolder("exports").toPath();
    }
}
