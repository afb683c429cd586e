// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Publish;
import io.amphora.mqtt.spi.PublishResult;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

/**
 * Hands completed messages from the threads of handlers to the event loop, in the order of their completion. Only the
 * first of a batch needs to wake the event loop. Takes no memory while empty. Any thread adds, the event loop drains.
 */
final class CompletionQueue {

    private static final VarHandle HEAD;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(CompletionQueue.class, "head", Completion.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile Completion head;

    /** A PUBLISH that a handler is done with. */
    static final class Completion {

        private final Publish packet;
        private final long bytes;
        private final PublishResult result;
        private Completion next;

        /** @param bytes that the handler kept */
        Completion(Publish packet, long bytes, PublishResult result) {
            this.packet = packet;
            this.bytes = bytes;
            this.result = result;
        }

        Publish packet() {
            return packet;
        }

        long bytes() {
            return bytes;
        }

        PublishResult result() {
            return result;
        }
    }

    /** Whether the queue was empty before: then a drain has to be scheduled. */
    boolean add(Completion completion) {
        while (true) {
            Completion last = head;
            completion.next = last;
            if (HEAD.compareAndSet(this, last, completion)) {
                return last == null;
            }
        }
    }

    void drain(Consumer<Completion> consumer) {
        Completion newest = (Completion) HEAD.getAndSet(this, null);
        for (Completion next = reversed(newest); next != null; next = next.next) {
            consumer.accept(next);
        }
    }

    private static Completion reversed(Completion newest) {
        Completion oldest = null;
        for (Completion each = newest; each != null; ) {
            Completion older = each.next;
            each.next = oldest;
            oldest = each;
            each = older;
        }
        return oldest;
    }
}
