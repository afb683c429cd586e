// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.settings;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.util.List;
import org.junit.Test;

/** Numbers with and without a unit. */
public final class UnitTest {

    @Test
    public void aNumberAloneIsInTheUnitOfItsKey() {
        for (Unit unit : Unit.values()) {
            assertEquals(unit.name(), 7, unit.parse("7"));
            assertEquals(unit.name(), -1, unit.parse("-1"));
        }
    }

    @Test
    public void sizesHaveDecimalAndBinaryUnits() {
        assertEquals(64 << 10, Unit.BYTES.parse("64KiB"));
        assertEquals(64_000, Unit.BYTES.parse("64kB"));
        assertEquals(64_000, Unit.BYTES.parse("64KB"));
        assertEquals(10_000_000, Unit.BYTES.parse("10 MB"));
        assertEquals(3L << 20, Unit.BYTES.parse("3MiB"));
        assertEquals(1_000_000_000, Unit.BYTES.parse("1GB"));
        assertEquals(1L << 30, Unit.BYTES.parse("1GiB"));
        assertEquals(2_000_000_000_000L, Unit.BYTES.parse("2TB"));
        assertEquals(2L << 40, Unit.BYTES.parse("2TiB"));
        assertEquals(5, Unit.BYTES.parse("5B"));
    }

    @Test
    public void durationsBecomeTheUnitOfTheirKey() {
        assertEquals(300, Unit.SECONDS.parse("5 min"));
        assertEquals(3_600, Unit.SECONDS.parse("1h"));
        assertEquals(86_400, Unit.SECONDS.parse("1d"));
        assertEquals(2, Unit.SECONDS.parse("2000ms"));
        assertEquals(10_000, Unit.MILLISECONDS.parse("10s"));
        assertEquals(48, Unit.HOURS.parse("2d"));
    }

    @Test
    public void ratesMaySayThatTheyArePerSecond() {
        assertEquals(10_000_000, Unit.BYTES_PER_SECOND.parse("10MB/s"));
        assertEquals(10 << 20, Unit.BYTES_PER_SECOND.parse("10MiB"));
        assertEquals(100, Unit.PER_SECOND.parse("100/s"));
    }

    @Test
    public void anythingElseIsRefused() {
        refused(Unit.BYTES, "", "GB", "1gb", "1G", "1.5GB", "1_000", "1,000", "1 0", "0x10", "1GB/s", "1 GB x", "10s");
        refused(Unit.SECONDS, "", "500ms", "1m", "1 S", "1GB", "1.5h", "-");
        refused(Unit.HOURS, "30min");
        refused(Unit.COUNT, "", "1k", "1s", "many");
        refused(Unit.PER_SECOND, "1s", "1MB/s");
        refused(Unit.BYTES_PER_SECOND, "10MB/min");
    }

    @Test
    public void whatNoLongHoldsIsTooLarge() {
        for (String huge : List.of("9223372036854775808", "8388608TiB", "99999999999999999999999TB")) {
            assertEquals(
                    " is too large",
                    assertThrows(huge, IllegalArgumentException.class, () -> Unit.BYTES.parse(huge))
                            .getMessage());
        }
        assertEquals(Long.MAX_VALUE, Unit.BYTES.parse("9223372036854775807"));
    }

    private static void refused(Unit unit, String... texts) {
        for (String text : texts) {
            assertThrows(text, IllegalArgumentException.class, () -> unit.parse(text));
        }
    }
}
