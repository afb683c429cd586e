// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** What a client still has to send of a file, in its order. Confined to the client's thread. */
final class Plan {

    private static final int MAX_SEGMENT = 48 << 10;

    private final Random random;
    private final Deque<Piece> pieces = new ArrayDeque<>();

    private Plan(Random random) {
        this.random = random;
    }

    static Plan nothing() {
        return new Plan(new Random(0));
    }

    /** The whole file in segments of random sizes, now and then shuffled, with duplicates, overlaps and changes. */
    static Plan whole(Content content, Random random) {
        Plan plan = new Plan(random);
        List<Piece> pieces = plan.split(0, content.size());
        if (random.nextBoolean()) {
            Collections.shuffle(pieces, random);
        }
        if (content.size() > 0) {
            plan.disturb(pieces, content.size());
        }
        plan.pieces.addAll(pieces);
        return plan;
    }

    /** What is missing from the ranges held, split anew. */
    static Plan missing(Content content, List<int[]> held, Random random) {
        Plan plan = new Plan(random);
        List<Piece> pieces = new ArrayList<>();
        int at = 0;
        for (int[] range : held) {
            pieces.addAll(plan.split(at, range[0]));
            at = range[1];
        }
        pieces.addAll(plan.split(at, content.size()));
        if (random.nextBoolean() && !pieces.isEmpty()) {
            plan.disturb(pieces, content.size());
        }
        plan.pieces.addAll(pieces);
        return plan;
    }

    private List<Piece> split(int start, int end) {
        List<Piece> pieces = new ArrayList<>();
        int longest = 1 + random.nextInt(MAX_SEGMENT);
        for (int at = start; at < end; ) {
            int next = Math.min(end, at + 1 + random.nextInt(longest) + Math.max(0, (end - start) / 40));
            pieces.add(new Piece(at, next, 0));
            at = next;
        }
        return pieces;
    }

    private void disturb(List<Piece> pieces, int size) {
        int versions = random.nextInt(3) == 0 ? 4 : 1;
        for (int i = random.nextInt(6); i > 0; i--) {
            int start = random.nextInt(size);
            int end = Math.min(size, start + 1 + random.nextInt(MAX_SEGMENT));
            boolean again = random.nextBoolean() && !pieces.isEmpty();
            Piece piece =
                    again ? pieces.get(random.nextInt(pieces.size())) : new Piece(start, end, random.nextInt(versions));
            pieces.add(random.nextInt(pieces.size() + 1), piece);
        }
    }

    boolean isDone() {
        return pieces.isEmpty();
    }

    Piece next() {
        return pieces.remove();
    }
}
