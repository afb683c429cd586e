// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Which journals are verified after the machine has stopped. */
public final class MachineStopsTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path file;

    @Before
    public void firstStart() throws Exception {
        file = folder.getRoot().toPath().resolve("boot");
        assertFalse(concern(MachineStops.observe(file, "a", 1_000, () -> 0), 500));
    }

    private static boolean concern(MachineStops stops, long millis) {
        return stops.concern(FileTime.fromMillis(millis));
    }

    @Test
    public void thoseFromBeforeTheStopAre() throws Exception {
        MachineStops stops = MachineStops.observe(file, "b", 2_000, () -> 1_500);
        assertTrue(concern(stops, 1_500));
        assertFalse(concern(stops, 2_000));
    }

    @Test
    public void soTheyAreIfTheClockIsBehindThem() throws Exception {
        MachineStops stops = MachineStops.observe(file, "b", 1_000, () -> 1_500);
        assertTrue(concern(stops, 1_500));
        assertFalse(concern(stops, 1_501));
        assertTrue("as long as the machine runs", concern(MachineStops.observe(file, "b", 1_100, () -> 0), 1_500));
    }
}
