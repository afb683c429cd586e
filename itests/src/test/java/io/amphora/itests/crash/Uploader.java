// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import io.amphora.itests.crash.Upload.Stage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * A client that uploads whatever comes to its mind, remembers what it was told, and goes on after a crash. Confined to one
 * thread at a time.
 */
final class Uploader {

    private static final int WINDOW = 24;
    private static final int OPEN_AT_ONCE = 3;

    /** A file that the client is sending. */
    private static final class Job {
        private final Upload upload;
        private Plan plan;

        Job(Upload upload, Plan plan) {
            this.upload = upload;
            this.plan = plan;
        }
    }

    private final String clientId;
    private final Exports exports;
    private final Violations violations;
    private final List<Upload> uploads = new ArrayList<>();
    private final List<Job> jobs = new ArrayList<>();
    private final List<CompletableFuture<?>> inFlight = new ArrayList<>();
    private Round round;
    private Random random = new Random(0);
    private Link link;
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
        try {
            try {
                link = connect();
                verify();
            } finally {
                round.verified();
            }
            while (!round.isOver()) {
                step();
            }
        } catch (Link.LostException e) {
            round.verified();
        }
        connectionLost();
    }

    /** Brings every file to its end: nothing may be missing. */
    void complete(Round next) throws IOException, Link.LostException {
        enter(next);
        link = connect();
        verify();
        while (!jobs.isEmpty()) {
            advance(jobs.get(0));
        }
        for (Upload upload : uploads) {
            if (upload.stage() == Stage.ACCEPTED) {
                awaitDelivered(upload);
            }
            if (upload.stage() == Stage.DELIVERED) {
                exports.checkDelivered(upload);
                Answer again = link.call(upload.topic("fin/" + upload.size()));
                violations.check(again.succeeded(), upload + ": fin again after success: " + again);
            }
        }
        drain();
        link.disconnect();
    }

    private void enter(Round next) {
        round = next;
        random = new Random(next.seed() * 31 + clientId.hashCode());
    }

    private Link connect() throws Link.LostException {
        Link next = Link.connect(round.port(), clientId);
        Patience patience = new Patience();
        while (!next.call("$file/nothing/status").isUnknown()) {
            patience.pause("file transfer has started"); // what it takes is refused until then
        }
        return next;
    }

    private void connectionLost() {
        for (CompletableFuture<?> stage : inFlight) {
            stage.exceptionally(lost -> null).join();
        }
        inFlight.clear();
        uploads.forEach(Upload::connectionLost);
    }

    // --- after a crash

    private void verify() throws Link.LostException, IOException {
        jobs.removeIf(job -> job.upload.stage().compareTo(Stage.FINISHING) > 0);
        for (Upload upload : List.copyOf(uploads)) {
            verify(upload);
        }
    }

    private void verify(Upload upload) throws Link.LostException, IOException {
        Answer status = link.call(upload.topic("status"));
        switch (upload.stage()) {
            case NEW -> verifyNew(upload, status);
            case OPEN -> goOn(upload, status);
            case FINISHING -> verifyFinishing(upload, status);
            case ACCEPTED -> verifyAccepted(upload, status);
            case DELIVERED ->
                violations.check(status.state().equals("finished"), upload + " is not finished: " + status);
            case ABORTING -> abortAgain(upload, status);
            case ABORTED -> verifyAborted(upload, status);
            case EXPIRED -> violations.check(!status.state().equals("receiving"), upload + ": " + status);
        }
    }

    private void verifyNew(Upload upload, Answer status) throws Link.LostException, IOException {
        violations.check(status.isUnknown() || status.state().equals("receiving"), upload + ": " + status);
        init(upload);
        goOn(upload, link.call(upload.topic("status")));
    }

    /** All that was acknowledged has to be there; the rest is sent again. */
    private void goOn(Upload upload, Answer status) {
        violations.check(status.state().equals("receiving"), upload + " is not being received: " + status);
        upload.lost(status.received())
                .ifPresent(
                        at -> violations.add(upload + ": byte " + at + " was acknowledged and is missing: " + status));
        Plan plan = Plan.missing(upload.content(), status.received(), random);
        jobs.removeIf(job -> job.upload == upload);
        jobs.add(new Job(upload, plan));
    }

    private void verifyFinishing(Upload upload, Answer status) throws Link.LostException, IOException {
        switch (status.state()) {
            case "receiving" -> {
                upload.become(Stage.OPEN);
                upload.finHasFailed();
                goOn(upload, status);
            }
            case "exporting", "finished" -> {
                upload.become(Stage.ACCEPTED);
                verifyAccepted(upload, status);
            }
            default -> violations.add(upload + " has got lost: " + status);
        }
    }

    private void verifyAccepted(Upload upload, Answer status) throws Link.LostException, IOException {
        if (upload.finMayHaveFailed() && !status.state().equals("finished")) {
            upload.become(Stage.FINISHING);
            Answer again = link.call(upload.topic("fin/" + upload.size()));
            violations.check(again.succeeded() || round.finsMayFail(), upload + ": " + again);
            if (again.succeeded()) {
                upload.become(Stage.ACCEPTED);
                awaitDelivered(upload);
            }
        } else {
            awaitDelivered(upload);
        }
    }

    private void awaitDelivered(Upload upload) throws Link.LostException, IOException {
        jobs.removeIf(job -> job.upload == upload);
        Patience patience = new Patience();
        Answer status = link.call(upload.topic("status"));
        while (status.state().equals("exporting")) {
            if (!patience.isLeft()) {
                violations.add(upload + " is not being delivered: " + status);
                return;
            }
            patience.pause("it is delivered");
            status = link.call(upload.topic("status"));
        }
        if (upload.expires() && status.isUnknown()) {
            upload.become(Stage.EXPIRED);
            return;
        }
        violations.check(status.state().equals("finished"), upload + " was accepted and is not delivered: " + status);
        delivered(upload);
    }

    private void delivered(Upload upload) throws IOException {
        upload.become(upload.expires() ? Stage.EXPIRED : Stage.DELIVERED);
        if (!upload.expires()) {
            exports.checkDelivered(upload);
        }
    }

    private void abortAgain(Upload upload, Answer status) throws Link.LostException, IOException {
        boolean known = status.code() == 0;
        if (known) {
            Answer again = link.call(upload.topic("abort"));
            violations.check(again.succeeded(), upload + ": abort: " + again);
        }
        upload.become(Stage.ABORTED);
        verifyAborted(upload, link.call(upload.topic("status")));
    }

    private void verifyAborted(Upload upload, Answer status) throws Link.LostException, IOException {
        boolean mayHaveBeenTooLate = upload.finWasSent() && !upload.isSurelyAborted();
        if (status.isUnknown()) {
            upload.surelyAborted(); // it may not come back
        } else if (mayHaveBeenTooLate && !status.state().equals("receiving")) {
            upload.become(Stage.ACCEPTED);
            awaitDelivered(upload);
        } else {
            violations.add(upload + " was aborted and is there: " + status);
        }
    }

    // --- while the broker runs

    private void step() throws Link.LostException, IOException {
        int dice = random.nextInt(100);
        if (dice < 2) {
            reconnect();
        } else if (jobs.isEmpty() || (dice < 20 && jobs.size() < OPEN_AT_ONCE)) {
            begin();
        } else if (dice < 23) {
            abort(jobs.get(random.nextInt(jobs.size())).upload);
        } else if (dice < 27) {
            checkStatus(jobs.get(random.nextInt(jobs.size())).upload);
        } else {
            advance(jobs.get(random.nextInt(jobs.size())));
        }
    }

    /** Disconnects, or is thrown out by its own new connection, with commands on their way. */
    private void reconnect() throws Link.LostException {
        Link old = link;
        if (random.nextBoolean()) {
            old.disconnect();
        }
        link = connect();
        connectionLost();
        List<Job> again = List.copyOf(jobs);
        jobs.clear();
        for (Job job : again) {
            goOnAfterReconnect(job);
        }
    }

    private void goOnAfterReconnect(Job job) throws Link.LostException {
        Answer status = link.call(job.upload.topic("status"));
        goOn(job.upload, status);
        if (random.nextBoolean()) {
            jobs.get(jobs.size() - 1).plan = Plan.whole(job.upload.content(), random);
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
        init(upload);
        jobs.add(new Job(upload, Plan.whole(upload.content(), random)));
    }

    private int size() {
        return switch (random.nextInt(10)) {
            case 0 -> 0;
            case 1, 2 -> 1 + random.nextInt(2_000);
            case 3, 4, 5, 6 -> 1 + random.nextInt(64 << 10);
            default -> 1 + random.nextInt(400 << 10);
        };
    }

    private void init(Upload upload) throws Link.LostException {
        Answer answer =
                link.call(random.nextBoolean() ? upload.topic("init") : upload.asyncTopic("init"), upload.meta());
        violations.check(answer.succeeded(), upload + ": init: " + answer);
        upload.become(Stage.NEW, Stage.OPEN);
    }

    private void checkStatus(Upload upload) throws Link.LostException {
        Answer status = link.call(upload.topic("status"));
        violations.check(status.state().equals("receiving"), upload + ": " + status);
        upload.lost(status.received())
                .ifPresent(at -> violations.add(upload + ": byte " + at + " is missing: " + status));
    }

    /** Sends some segments, or the fin behind the last. */
    private void advance(Job job) throws Link.LostException, IOException {
        for (int i = 1 + random.nextInt(8); i > 0 && !job.plan.isDone(); i--) {
            send(job.upload, job.plan.next());
        }
        if (inFlight.size() > WINDOW) {
            drain();
        }
        if (job.plan.isDone()) {
            jobs.remove(job);
            finish(job.upload);
        }
    }

    private void send(Upload upload, Piece piece) {
        Writes.Write write = upload.sent(piece, round.process());
        byte[] bytes = upload.content().segment(piece.version(), piece.offset(), piece.end());
        String command = String.valueOf(piece.offset());
        inFlight.add(link.send(random.nextInt(4) == 0 ? upload.asyncTopic(command) : upload.topic(command), bytes)
                .thenAccept(answer -> {
                    if (answer.succeeded()) {
                        upload.acknowledged(write);
                    } else {
                        violations.add(upload + ": segment " + piece + ": " + answer);
                    }
                }));
        segments++;
    }

    private void drain() throws Link.LostException {
        for (CompletableFuture<?> stage : inFlight) {
            Link.await(stage);
        }
        inFlight.clear();
    }

    private void finish(Upload upload) throws Link.LostException, IOException {
        if (random.nextInt(4) > 0) {
            drain();
        }
        boolean asynchronous = random.nextBoolean();
        String command = "fin/" + upload.size()
                + upload.certainSha256().map(sha256 -> "/" + sha256).orElse("");
        upload.finishing(round.finsMayFail());
        upload.become(Stage.FINISHING);
        String topic = asynchronous ? upload.asyncTopic(command) : upload.topic(command);
        CompletableFuture<Answer> fin = link.send(topic, new byte[0]);
        if (random.nextInt(8) == 0) {
            inFlight.add(link.send(topic, new byte[0]));
        }
        if (random.nextInt(100) < round.abortsPerHundred()) {
            abortWhileFinishing(upload, asynchronous, fin);
        } else {
            finished(upload, asynchronous, Link.await(fin));
        }
    }

    private void finished(Upload upload, boolean asynchronous, Answer answer) throws IOException {
        if (answer.succeeded() && asynchronous) {
            upload.become(Stage.ACCEPTED);
        } else if (answer.succeeded()) {
            delivered(upload);
        } else {
            violations.check(upload.finMayHaveFailed(), upload + ": fin: " + answer);
        }
    }

    private void abortWhileFinishing(Upload upload, boolean asynchronous, CompletableFuture<Answer> fin)
            throws Link.LostException, IOException {
        upload.become(Stage.ABORTING);
        CompletableFuture<Answer> abort = link.send(upload.topic("abort"), new byte[0]);
        Answer finished = Link.await(fin);
        if (finished.succeeded() && !asynchronous) {
            delivered(upload);
        } else if (finished.reason().startsWith("aborted")) {
            upload.surelyAborted();
        }
        Answer aborted = Link.await(abort);
        violations.check(aborted.succeeded(), upload + ": abort: " + aborted);
        upload.become(Stage.ABORTING, Stage.ABORTED);
    }

    /** Gives a file up; now and then another one takes its id. */
    private void abort(Upload upload) throws Link.LostException {
        jobs.removeIf(job -> job.upload == upload);
        upload.become(Stage.ABORTING);
        Answer aborted = link.call(random.nextBoolean() ? upload.topic("abort") : upload.asyncTopic("abort"));
        violations.check(aborted.succeeded(), upload + ": abort: " + aborted);
        upload.become(Stage.ABORTED);
        drain();
        if (random.nextBoolean() && upload.isSettled() && !upload.finWasSent()) {
            uploads.remove(upload);
            Content content = new Content(random.nextLong(), size());
            begin(new Upload(clientId, upload.fileId(), content, content.size(), false));
        }
    }
}
