// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.List;

/**
 * The subscribers of one filter. Adding is cheap also among very many: a new one is written behind the last, where a
 * reader that began before does not look. Written by one thread at a time, read by any.
 */
final class Subscribers<S> {

    private static final Subscribers<?> NONE = new Subscribers<>(new Object[0], 0);

    private final Object[] items;
    private volatile int size;

    private Subscribers(Object[] items, int size) {
        this.items = items;
        this.size = size;
    }

    @SuppressWarnings("unchecked")
    static <S> Subscribers<S> none() {
        return (Subscribers<S>) NONE;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    @SuppressWarnings("unchecked")
    void addTo(List<S> found) {
        int count = size;
        for (int i = 0; i < count; i++) {
            found.add((S) items[i]);
        }
    }

    /** These and one more: the same object where there is room. */
    Subscribers<S> plus(S subscriber) {
        int count = size;
        Subscribers<S> grown = count < items.length ? this : copy(count == 0 ? 1 : count * 2);
        grown.items[count] = subscriber;
        grown.size = count + 1;
        return grown;
    }

    /** These without one; the same object if it is not among them. */
    Subscribers<S> minus(S subscriber) {
        int count = size;
        for (int i = 0; i < count; i++) {
            if (items[i] == subscriber) {
                return without(i);
            }
        }
        return this;
    }

    /** These with one in the place of another; a reader sees either, never both. */
    Subscribers<S> replacing(S subscriber, S by) {
        Subscribers<S> replaced = copy(Math.max(1, size));
        for (int i = 0; i < replaced.size; i++) {
            if (replaced.items[i] == subscriber) {
                replaced.items[i] = by;
                return replaced;
            }
        }
        return plus(by);
    }

    private Subscribers<S> copy(int capacity) {
        Object[] copy = new Object[capacity];
        System.arraycopy(items, 0, copy, 0, size);
        return new Subscribers<>(copy, size);
    }

    private Subscribers<S> without(int index) {
        int count = size - 1;
        if (count == 0) {
            return none();
        }
        Object[] rest = new Object[count];
        System.arraycopy(items, 0, rest, 0, index);
        System.arraycopy(items, index + 1, rest, index, count - index);
        return new Subscribers<>(rest, count);
    }
}
