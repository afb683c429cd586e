// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import io.amphora.itests.crash.Upload.Stage;
import java.io.IOException;

/**
 * What a client knows of its files, compared with what the broker says after a crash, or to a new connection. Confined to
 * the client's thread.
 */
final class Comparison {

    private final Talk talk;
    private final Jobs jobs;
    private final Exports exports;
    private final Violations violations;

    /** @param jobs takes what is to be sent again */
    Comparison(Talk talk, Jobs jobs, Exports exports) {
        this.talk = talk;
        this.jobs = jobs;
        this.exports = exports;
        this.violations = talk.violations();
    }

    void compare(Upload upload) throws Link.LostException, IOException {
        if (talk.round().finsMayFail() && (upload.stage() == Stage.FINISHING || upload.stage() == Stage.ACCEPTED)) {
            upload.finishing(true);
        }
        Answer status = talk.status(upload);
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
        talk.init(upload);
        goOn(upload, talk.status(upload));
    }

    /** All that was acknowledged has to be there; the rest is sent again. */
    Job goOn(Upload upload, Answer status) {
        violations.check(status.state().equals("receiving"), upload + " is not being received: " + status);
        upload.lost(status.received())
                .ifPresent(
                        at -> violations.add(upload + ": byte " + at + " was acknowledged and is missing: " + status));
        Plan plan = Plan.missing(upload.content(), status.received(), talk.random());
        return jobs.put(upload, plan);
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
            Answer again = talk.fin(upload);
            violations.check(again.succeeded() || talk.round().finsMayFail(), upload + ": " + again);
            if (again.succeeded()) {
                upload.become(Stage.ACCEPTED);
                awaitDelivered(upload);
            }
        } else {
            awaitDelivered(upload);
        }
    }

    /** An accepted fin needs no client any more. */
    void awaitDelivered(Upload upload) throws Link.LostException, IOException {
        jobs.remove(upload);
        Patience patience = new Patience();
        Answer status = talk.status(upload);
        while (status.state().equals("exporting")) {
            if (!patience.isLeft()) {
                violations.add(upload + " is not being delivered: " + status);
                return;
            }
            patience.pause("it is delivered");
            status = talk.status(upload);
        }
        if (upload.expires() && status.isUnknown()) {
            upload.become(Stage.EXPIRED);
            return;
        }
        if (upload.finMayHaveFailed() && status.state().equals("receiving")) {
            verifyFinishing(upload, status);
            return;
        }
        violations.check(status.state().equals("finished"), upload + " was accepted and is not delivered: " + status);
        exports.delivered(upload);
    }

    private void abortAgain(Upload upload, Answer status) throws Link.LostException, IOException {
        boolean known = status.code() == 0;
        if (known) {
            talk.abort(upload, upload.topic("abort"));
        }
        upload.become(Stage.ABORTED);
        verifyAborted(upload, talk.status(upload));
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
}
