// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

/** What the clients of a run have seen. Confined to one thread. */
public final class Tally {

    private final Latencies segments = new Latencies();
    private final Latencies fins = new Latencies();
    private int uploaded;
    private int failed;
    private int failedResponses;
    private int lastFailure;

    void acknowledged(Command.Kind kind, long nanos, int code) {
        if (kind == Command.Kind.SEGMENT) {
            segments.add(nanos);
        } else if (kind == Command.Kind.FIN) {
            fins.add(nanos);
        }
        if (code != 0) {
            lastFailure = code;
        }
    }

    void failedResponse() {
        failedResponses++;
    }

    void over(boolean hasFailed) {
        if (hasFailed) {
            failed++;
        } else {
            uploaded++;
        }
    }

    int over() {
        return uploaded + failed;
    }

    /** Commands that failed: seen by their files, or only in responses. */
    int failures() {
        return failed + failedResponses;
    }

    /** Reason code of the last command that failed, or 0. */
    int lastFailure() {
        return lastFailure;
    }

    int uploaded() {
        return uploaded;
    }

    Latencies segments() {
        return segments;
    }

    Latencies fins() {
        return fins;
    }
}
