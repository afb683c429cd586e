// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.pholser.junit.quickcheck.Property;
import com.pholser.junit.quickcheck.generator.InRange;
import com.pholser.junit.quickcheck.runner.JUnitQuickcheck;
import io.amphora.transfer.ByteRange;
import java.io.IOException;
import org.junit.Test;
import org.junit.runner.RunWith;

@RunWith(JUnitQuickcheck.class)
public class PartSizesTest {

    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final long TIB = 1L << 40;

    private static final PartSizes SIZES = new PartSizes(PartSizes.SMALLEST, PartSizes.LARGEST);

    @Test
    public void aFileUpToThePartSizeIsSingle() throws IOException {
        assertTrue(SIZES.plan(0).isSingle());
        assertTrue(SIZES.plan(5 * MIB).isSingle());
        assertEquals(2, SIZES.plan(5 * MIB + 1).count());
    }

    @Test
    public void partsGrowSoThatThereAreNotTooMany() throws IOException {
        assertEquals(5 * MIB, SIZES.plan(50_000 * MIB).partSize());
        assertEquals(10_000, SIZES.plan(50_000 * MIB).count());
        assertEquals(6 * MIB, SIZES.plan(50_000 * MIB + 1).partSize());
        assertEquals(105 * MIB, SIZES.plan(TIB).partSize());
        assertEquals(9_987, SIZES.plan(TIB).count());
    }

    @Test
    public void whatTheLargestPartsCannotHoldIsRefused() throws IOException {
        PartSizes small = new PartSizes(5 * MIB, 7 * MIB + 1);
        assertEquals(7 * MIB + 1, small.plan(10_000 * (7 * MIB + 1)).partSize());
        assertThrows(IOException.class, () -> small.plan(10_000 * (7 * MIB + 1) + 1));
        assertEquals(10_000, SIZES.plan(10_000 * 5 * GIB).count());
        assertThrows(IOException.class, () -> SIZES.plan(Long.MAX_VALUE));
    }

    @Test
    public void sizesThatS3DoesNotTakeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new PartSizes(5 * MIB - 1, GIB));
        assertThrows(IllegalArgumentException.class, () -> new PartSizes(GIB, GIB - 1));
        assertThrows(IllegalArgumentException.class, () -> new PartSizes(GIB, 5 * GIB + 1));
    }

    @Property
    public void partsAreTheFileInOrder(@InRange(minLong = 0, maxLong = 40 * TIB) long size) throws IOException {
        PartPlan plan = SIZES.plan(size);
        assertTrue(plan.count() <= PartSizes.MAX_PARTS);
        long end = 0;
        for (int number = 1; number <= plan.count(); number++) {
            ByteRange part = plan.range(number);
            assertEquals(end, part.start());
            assertTrue(number == plan.count() || part.length() >= PartSizes.SMALLEST);
            assertTrue(part.length() <= PartSizes.LARGEST);
            end = part.end();
        }
        assertEquals(size, end);
    }
}
