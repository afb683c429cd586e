// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import io.amphora.transfer.TransferId;
import io.amphora.transfer.core.transfer.CatalogUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.Test;

public final class CatalogLookupTest {

    private static final TransferId ID = new TransferId("c", "f");
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final AtomicLong now = new AtomicLong(-1);
    private final CatalogLookup lookup = new CatalogLookup(PAUSE, now::get);
    private final MemoryCatalog catalog = new MemoryCatalog();

    @Test
    public void afterAFailureNobodyAsksForAWhile() {
        fail();

        now.addAndGet(PAUSE.toNanos() - 1);
        catalog.unreachable = false;
        assertThrows(CatalogUnavailableException.class, this::find);
    }

    @Test
    public void thenItIsTriedAgain() throws IOException {
        fail();
        now.addAndGet(PAUSE.toNanos());
        assertEquals("told to fail", assertThrows(IOException.class, this::find).getMessage());
        assertThrows(CatalogUnavailableException.class, this::find);

        now.addAndGet(PAUSE.toNanos());
        catalog.unreachable = false;
        assertEquals(Optional.empty(), find());
        assertEquals(Optional.empty(), find());
    }

    @Test
    public void oneThreadAloneTries() throws Exception {
        fail();
        now.addAndGet(PAUSE.toNanos());
        catalog.unreachable = false;
        catalog.gate = new CountDownLatch(1);
        CompletableFuture<Optional<?>> trying = CompletableFuture.supplyAsync(() -> {
            try {
                return find();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        Until.holds("it is asked", () -> catalog.asking.get() == 1);

        assertThrows(CatalogUnavailableException.class, this::find);
        catalog.gate.countDown();
        assertEquals(Optional.empty(), trying.get(20, TimeUnit.SECONDS));
        assertEquals(Optional.empty(), find());
    }

    private void fail() {
        catalog.unreachable = true;
        assertEquals("told to fail", assertThrows(IOException.class, this::find).getMessage());
    }

    private Optional<?> find() throws IOException {
        return lookup.find(catalog, ID);
    }
}
