// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.local;

import static org.junit.Assert.assertEquals;

import java.util.Map;
import org.junit.Test;

public class ExporterNameTest {

    @Test
    public void aConfiguredNameCounts() {
        assertEquals("main", ExporterName.of("main", Map.of("service.pid", "io.amphora.export.local~other")));
    }

    @Test
    public void withoutOneItIsThatOfTheFile() {
        assertEquals("second", ExporterName.of(null, Map.of("service.pid", "io.amphora.export.local~second")));
        assertEquals("6b1f-42", ExporterName.of(" ", Map.of("service.pid", "io.amphora.export.local.6b1f-42")));
    }
}
