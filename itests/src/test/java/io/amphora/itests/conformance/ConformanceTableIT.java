// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import static org.junit.Assert.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.Test;
import org.junit.runners.Suite.SuiteClasses;

/** The page says what the tests show. */
public final class ConformanceTableIT {

    private static final Path PAGE = Path.of(System.getProperty("amphora.home"), "docs", "conformance.md");

    private final ConformanceTable table = new ConformanceTable(
            List.of(ConformanceIT.class.getAnnotation(SuiteClasses.class).value()));

    @Test
    public void everyStatementThatATestNamesIsOneOfTheSpecification() {
        assertEquals(List.of(), table.unknown());
    }

    @Test
    public void everyTestShowsAStatement() {
        assertEquals(List.of(), table.idle());
    }

    @Test
    public void thePageIsWhatWouldBeGenerated() throws Exception {
        if (Boolean.getBoolean("conformance.write")) {
            Files.writeString(PAGE, table.page());
        }
        assertEquals(table.page(), Files.readString(PAGE));
    }
}
