// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The files that a client is sending. Confined to one thread at a time. */
final class Jobs {

    private final List<Job> jobs = new ArrayList<>();

    /** Sends a file in this way, and no more in another. */
    Job put(Upload upload, Plan plan) {
        remove(upload);
        Job job = new Job(upload, plan);
        jobs.add(job);
        return job;
    }

    void remove(Upload upload) {
        jobs.removeIf(job -> job.upload() == upload);
    }

    /** Forgets those whose end is known, or was accepted. */
    void removeEnded() {
        jobs.removeIf(job -> job.upload().stage().compareTo(Upload.Stage.FINISHING) > 0);
    }

    boolean isEmpty() {
        return jobs.isEmpty();
    }

    int size() {
        return jobs.size();
    }

    Job first() {
        return jobs.get(0);
    }

    Job any(Random random) {
        return jobs.get(random.nextInt(jobs.size()));
    }

    /** Takes all away. */
    List<Job> clear() {
        List<Job> all = List.copyOf(jobs);
        jobs.clear();
        return all;
    }
}
