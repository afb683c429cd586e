// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

import static org.junit.Assert.assertEquals;

import com.pholser.junit.quickcheck.Property;
import com.pholser.junit.quickcheck.runner.JUnitQuickcheck;
import io.amphora.transfer.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.runner.RunWith;

@RunWith(JUnitQuickcheck.class)
public class RunningDigestTest {

    private static final int SIZE = 3_000;

    private final byte[] file = new byte[SIZE];
    private final RunningDigest digest = new RunningDigest();

    @Property(trials = 100)
    public void isTheDigestOfWhatIsInTheFile(long seed) throws IOException {
        Random random = new Random(seed);
        for (int step = 0; step < 50; step++) {
            int offset = random.nextInt(4) == 0 ? random.nextInt(SIZE) : (int) Math.min(digest.position(), SIZE - 1);
            byte[] bytes = new byte[random.nextInt(Math.min(400, SIZE - offset) + 1)];
            random.nextBytes(bytes);
            System.arraycopy(bytes, 0, file, offset, bytes.length);
            digest.written(offset, ByteBuffer.wrap(bytes));
            int size = random.nextInt(SIZE + 1);

            assertEquals(expected(size), digest.of(size, this::read));
        }
    }

    private Sha256 expected(int size) {
        return Sha256.digestOf(ByteBuffer.wrap(file, 0, size));
    }

    private int read(ByteBuffer into, long position) {
        int length = Math.min(into.remaining(), 100);
        into.put(file, (int) position, length);
        return length;
    }
}
