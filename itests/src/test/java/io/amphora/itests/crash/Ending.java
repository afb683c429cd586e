// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import io.amphora.itests.crash.Upload.Stage;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** How a client finishes its files. Confined to the client's thread. */
final class Ending {

    private final Talk talk;
    private final InFlight inFlight;
    private final Exports exports;

    Ending(Talk talk, InFlight inFlight, Exports exports) {
        this.talk = talk;
        this.inFlight = inFlight;
        this.exports = exports;
    }

    /** Sends a fin, now and then twice, or with an abort at its heels. */
    void finish(Upload upload) throws Link.LostException, IOException {
        if (talk.random().nextInt(4) > 0) {
            inFlight.drain();
        }
        boolean asynchronous = talk.random().nextBoolean();
        String command = "fin/" + upload.size()
                + upload.certainSha256().map(sha256 -> "/" + sha256).orElse("");
        upload.finishing(talk.round().finsMayFail());
        upload.become(Stage.FINISHING);
        String topic = asynchronous ? upload.asyncTopic(command) : upload.topic(command);
        CompletableFuture<Answer> fin = talk.send(topic, new byte[0]);
        if (talk.random().nextInt(8) == 0) {
            inFlight.add(talk.send(topic, new byte[0]));
        }
        if (talk.random().nextInt(100) < talk.round().abortsPerHundred()) {
            abortWhileFinishing(upload, asynchronous, fin);
        } else {
            finished(upload, asynchronous, Link.await(fin));
        }
    }

    private void finished(Upload upload, boolean asynchronous, Answer answer) throws IOException {
        if (answer.succeeded() && asynchronous) {
            upload.become(Stage.ACCEPTED);
        } else if (answer.succeeded()) {
            exports.delivered(upload);
        } else {
            talk.violations().check(upload.finMayHaveFailed(), upload + ": fin: " + answer);
        }
    }

    private void abortWhileFinishing(Upload upload, boolean asynchronous, CompletableFuture<Answer> fin)
            throws Link.LostException, IOException {
        upload.become(Stage.ABORTING);
        CompletableFuture<Answer> abort = talk.send(upload.topic("abort"), new byte[0]);
        Answer finished = Link.await(fin);
        if (finished.succeeded() && !asynchronous) {
            exports.delivered(upload);
        } else if (finished.reason().startsWith("aborted")) {
            upload.surelyAborted();
        }
        Answer aborted = Link.await(abort);
        talk.violations().check(aborted.succeeded(), upload + ": abort: " + aborted);
        upload.become(Stage.ABORTING, Stage.ABORTED);
    }
}
