// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import static org.junit.Assert.assertEquals;

import com.pholser.junit.quickcheck.Property;
import com.pholser.junit.quickcheck.runner.JUnitQuickcheck;
import io.amphora.transfer.ByteRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.runner.RunWith;

@RunWith(JUnitQuickcheck.class)
public class ReceivedRangesTest {

    private static final int SIZE = 48;

    private final ReceivedRanges ranges = new ReceivedRanges();
    private final BitSet model = new BitSet();

    @Property(trials = 300)
    public void agreesWithOneBitForEachByte(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < 40; step++) {
            int start = random.nextInt(SIZE);
            int end = start + random.nextInt(SIZE - start + 1);
            change(start, end, random.nextInt(4) > 0);
            compare(start, end);
        }
    }

    private void change(int start, int end, boolean add) {
        int before = model.cardinality();
        if (add) {
            model.set(start, end);
            assertEquals(model.cardinality() - before, ranges.add(start, end));
        } else {
            model.clear(start, end);
            assertEquals(before - model.cardinality(), ranges.remove(start, end));
        }
    }

    private void compare(int start, int end) {
        assertEquals(model.cardinality(), ranges.total());
        assertEquals(held(), ranges.first(Integer.MAX_VALUE));
        assertEquals(held().size(), ranges.count());
        assertEquals(missing(), ranges.missing(SIZE, Integer.MAX_VALUE));
        assertEquals(model.nextClearBit(0), ranges.contiguousEnd());
        assertEquals(model.nextClearBit(start), ranges.runEnd(start));
        assertEquals(model.nextClearBit(start) >= end, ranges.covers(start, end));
        int next = model.nextSetBit(start);
        assertEquals(next >= 0 && next < end, ranges.intersects(start, end));
    }

    private List<ByteRange> held() {
        List<ByteRange> runs = new ArrayList<>();
        for (int start = model.nextSetBit(0); start >= 0; start = model.nextSetBit(model.nextClearBit(start))) {
            runs.add(new ByteRange(start, model.nextClearBit(start)));
        }
        return runs;
    }

    private List<ByteRange> missing() {
        List<ByteRange> gaps = new ArrayList<>();
        for (int start = model.nextClearBit(0); start < SIZE; ) {
            int set = model.nextSetBit(start);
            int end = set < 0 ? SIZE : set;
            gaps.add(new ByteRange(start, end));
            start = model.nextClearBit(end);
        }
        return gaps;
    }
}
