// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.Test;

/** Settings that cannot be, given to an exporter that works. */
public class RefusedSettingsTest extends S3Fixture {

    @Test
    public void thoseBeforeCountUntilTheyAreCorrected() throws Exception {
        S3Exporter exporter = start(settings());
        for (Settings wrong : List.of(
                settings().with("bucket", " "),
                settings().with("trust_store", "/does/not/exist"),
                settings().with("proxy", "nowhere"),
                settings().with("credentials", "magic"))) {
            exporter.modified(wrong.properties());
            String why = exporter.refusedChange().orElseThrow().why();
            assertTrue(why, why.startsWith("not changed: io.amphora.export.s3~test: "));
            assertDelivered(exporter, exporter.export(request(1_000)));
        }
        String other = S3.newBucket();
        exporter.modified(settings().with("bucket", other).properties());
        assertEquals(Optional.empty(), exporter.refusedChange());
        assertEquals(
                other, S3Location.of(exporter.export(request(1_000)).location()).bucket());
    }
}
