// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What should not have been so. Thread-safe. */
public final class Violations {

    private final List<String> found = new CopyOnWriteArrayList<>();

    public void add(String what) {
        found.add(what);
    }

    /** Notes what is wrong unless it is right. */
    public void check(boolean right, String what) {
        if (!right) {
            add(what);
        }
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    public int count() {
        return found.size();
    }

    @Override
    public String toString() {
        return String.join("\n", found);
    }
}
