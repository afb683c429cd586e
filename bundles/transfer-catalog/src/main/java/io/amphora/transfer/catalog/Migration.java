// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.flywaydb.core.api.resource.LoadableResource;

/** One step of the schema: a file of SQL beside this class, whose name is {@code V}version{@code __}words. Immutable. */
final class Migration extends LoadableResource {

    private final String file;

    Migration(String file) {
        this.file = file;
    }

    @Override
    public Reader read() {
        try (InputStream sql = Migration.class.getResourceAsStream(file)) {
            return new StringReader(new String(sql.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String getFilename() {
        return file;
    }

    @Override
    public String getRelativePath() {
        return file;
    }

    @Override
    public String getAbsolutePath() {
        return file;
    }

    /** There is none: the file is in the bundle. */
    @Override
    public String getAbsolutePathOnDisk() {
        return file;
    }
}
