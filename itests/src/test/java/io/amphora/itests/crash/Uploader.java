// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import io.amphora.itests.crash.Upload.Stage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A client that uploads whatever comes to its mind, remembers what it was told, and goes on after a crash. Confined to one
 * thread at a time.
 */
final class Uploader {

    private static final int OPEN_AT_ONCE = 3;

    private final String clientId;
    private final Exports exports;
    private final Violations violations;
    private final List<Upload> uploads = new ArrayList<>();
    private final Jobs jobs = new Jobs();
    private final InFlight inFlight = new InFlight();
    private Round round;
    private Random random = new Random(0);
    private Talk talk;
    private Comparison comparison;
    private int files;
    private long segments;

    Uploader(String clientId, Exports exports, Violations violations) {
        this.clientId = clientId;
        this.exports = exports;
        this.violations = violations;
    }

    /** All files that it has ever begun. */
    List<Upload> uploads() {
        return uploads;
    }

    /** Segments that it has sent. */
    long segments() {
        return segments;
    }

    /** Compares what it knows with what a new process says, then uploads until the round is over or the process gone. */
    void work(Round next) throws IOException {
        enter(next);
        boolean verified = false;
        try {
            connect();
            verify();
            verified = true;
            round.verified();
            while (!round.isOver()) {
                step();
            }
        } catch (Link.LostException e) {
            // Killed, as it is meant to be.
        } finally {
            if (!verified) {
                round.lost();
            }
        }
        connectionLost();
    }

    /** Brings every file to its end: nothing may be missing. */
    void complete(Round next) throws IOException, Link.LostException {
        enter(next);
        connect();
        verify();
        while (!jobs.isEmpty()) {
            advance(jobs.first());
        }
        for (Upload upload : uploads) {
            if (upload.stage() == Stage.ACCEPTED) {
                comparison.awaitDelivered(upload);
            }
            if (upload.stage() == Stage.DELIVERED) {
                exports.checkDelivered(upload);
                Answer again = talk.fin(upload);
                violations.check(again.succeeded(), upload + ": fin again after success: " + again);
            }
        }
        inFlight.drain();
        talk.disconnect();
    }

    private void enter(Round next) {
        round = next;
        random = new Random(next.seed() * 31 + clientId.hashCode());
    }

    private void connect() throws Link.LostException {
        talk = Talk.begin(round, clientId, random, violations);
        comparison = new Comparison(talk, jobs, exports);
    }

    private void connectionLost() {
        inFlight.connectionLost();
        uploads.forEach(Upload::connectionLost);
    }

    private void verify() throws Link.LostException, IOException {
        jobs.removeEnded();
        for (Upload upload : List.copyOf(uploads)) {
            comparison.compare(upload);
        }
    }

    private void step() throws Link.LostException, IOException {
        int dice = random.nextInt(100);
        if (dice < 2) {
            reconnect();
        } else if (jobs.isEmpty() || (dice < 20 && jobs.size() < OPEN_AT_ONCE)) {
            begin();
        } else if (dice < 23) {
            abort(jobs.any(random).upload());
        } else if (dice < 27) {
            checkStatus(jobs.any(random).upload());
        } else {
            advance(jobs.any(random));
        }
    }

    /** Disconnects, or is thrown out by its own new connection, with commands on their way. */
    private void reconnect() throws Link.LostException {
        Talk old = talk;
        if (random.nextBoolean()) {
            old.disconnect();
        }
        connect();
        connectionLost();
        for (Job job : jobs.clear()) {
            goOnAfterReconnect(job.upload());
        }
    }

    private void goOnAfterReconnect(Upload upload) throws Link.LostException {
        Job job = comparison.goOn(upload, talk.status(upload));
        if (random.nextBoolean()) {
            job.follow(Plan.whole(upload.content(), random));
        }
    }

    private void begin() throws Link.LostException {
        Content content = new Content(random.nextLong(), size());
        int behind = content.size() > 0 && random.nextInt(10) == 0 ? random.nextInt(content.size()) : 0;
        boolean expires = random.nextInt(100) < round.expiringPerHundred();
        Upload upload = new Upload(clientId, "f" + files++, content, content.size() - behind, expires);
        begin(upload);
    }

    private void begin(Upload upload) throws Link.LostException {
        uploads.add(upload);
        talk.init(upload);
        jobs.put(upload, Plan.whole(upload.content(), random));
    }

    private int size() {
        return switch (random.nextInt(10)) {
            case 0 -> 0;
            case 1, 2 -> 1 + random.nextInt(2_000);
            case 3, 4, 5, 6 -> 1 + random.nextInt(64 << 10);
            default -> 1 + random.nextInt(400 << 10);
        };
    }

    private void checkStatus(Upload upload) throws Link.LostException {
        Answer status = talk.status(upload);
        violations.check(status.state().equals("receiving"), upload + ": " + status);
        upload.lost(status.received())
                .ifPresent(at -> violations.add(upload + ": byte " + at + " is missing: " + status));
    }

    /** Sends some segments, or the fin behind the last. */
    private void advance(Job job) throws Link.LostException, IOException {
        for (int i = 1 + random.nextInt(8); i > 0 && !job.plan().isDone(); i--) {
            send(job.upload(), job.plan().next());
        }
        if (inFlight.isFull()) {
            inFlight.drain();
        }
        if (job.plan().isDone()) {
            jobs.remove(job.upload());
            new Ending(talk, inFlight, exports).finish(job.upload());
        }
    }

    private void send(Upload upload, Piece piece) {
        Writes.Write write = upload.sent(piece, round.process());
        byte[] bytes = upload.content().segment(piece.version(), piece.offset(), piece.end());
        String command = String.valueOf(piece.offset());
        inFlight.add(talk.send(random.nextInt(4) == 0 ? upload.asyncTopic(command) : upload.topic(command), bytes)
                .thenAccept(answer -> {
                    if (answer.succeeded()) {
                        upload.acknowledged(write);
                    } else {
                        violations.add(upload + ": segment " + piece + ": " + answer);
                    }
                }));
        segments++;
    }

    /** Gives a file up; now and then another one takes its id. */
    private void abort(Upload upload) throws Link.LostException {
        jobs.remove(upload);
        upload.become(Stage.ABORTING);
        talk.abort(upload, random.nextBoolean() ? upload.topic("abort") : upload.asyncTopic("abort"));
        upload.become(Stage.ABORTED);
        inFlight.drain();
        if (random.nextBoolean() && upload.isSettled() && !upload.finWasSent()) {
            uploads.remove(upload);
            Content content = new Content(random.nextLong(), size());
            begin(new Upload(clientId, upload.fileId(), content, content.size(), false));
        }
    }
}
