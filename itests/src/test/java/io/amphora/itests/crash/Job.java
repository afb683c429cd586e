// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

/** A file that a client is sending, and what is left of it. Confined to one thread at a time. */
final class Job {

    private final Upload upload;
    private Plan plan;

    Job(Upload upload, Plan plan) {
        this.upload = upload;
        this.plan = plan;
    }

    Upload upload() {
        return upload;
    }

    Plan plan() {
        return plan;
    }

    /** Sends it in another way. */
    void follow(Plan next) {
        plan = next;
    }
}
