// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.Map;
import org.junit.Test;

public class ExporterSettingsTest {

    private static final String FACTORY = "io.amphora.export.local";

    private static String name(String given, String pid) {
        return ExporterSettings.of(given, "", true, Map.of("service.pid", pid, "service.factoryPid", FACTORY))
                .name();
    }

    @Test
    public void aConfiguredNameCounts() {
        assertEquals("main", name("main", FACTORY + "~other"));
    }

    @Test
    public void withoutOneItIsThatOfTheFile() {
        assertEquals("second", name(null, FACTORY + "~second"));
        assertEquals("6b1f-42", name(" ", FACTORY + ".6b1f-42"));
    }

    @Test
    public void aConfigurationWithoutSiblingsIsCalledAsItIs() {
        Map<String, Object> single = Map.of("service.pid", FACTORY);
        assertEquals(FACTORY, ExporterSettings.of("", "", true, single).name());
    }

    @Test
    public void aSelectorThatIsNoFilterIsNamed() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> ExporterSettings.of("a", "(((", true, Map.of()));
        assertTrue(e.getMessage(), e.getMessage().startsWith("selector: "));
    }
}
