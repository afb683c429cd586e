// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Commands whose answers are to come. Confined to one thread at a time. */
final class InFlight {

    private static final int WINDOW = 24;

    private final List<CompletableFuture<?>> answers = new ArrayList<>();

    void add(CompletableFuture<?> answer) {
        answers.add(answer);
    }

    boolean isFull() {
        return answers.size() > WINDOW;
    }

    /** Waits for all of them. */
    void drain() throws Link.LostException {
        for (CompletableFuture<?> answer : answers) {
            Link.await(answer);
        }
        answers.clear();
    }

    /** The connection has gone, and with it the answers that have not come. */
    void connectionLost() {
        for (CompletableFuture<?> answer : answers) {
            answer.exceptionally(lost -> null).join();
        }
        answers.clear();
    }
}
