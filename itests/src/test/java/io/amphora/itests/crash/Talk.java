// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import io.amphora.itests.crash.Upload.Stage;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** What a client says over one connection, and what may not be answered. Confined to the client's thread. */
final class Talk {

    private final Round round;
    private final Random random;
    private final Violations violations;
    private final Link link;

    private Talk(Round round, Random random, Violations violations, Link link) {
        this.round = round;
        this.random = random;
        this.violations = violations;
        this.link = link;
    }

    /** Connects, and waits until file transfer has started: what it takes is refused until then. */
    static Talk begin(Round round, String clientId, Random random, Violations violations) throws Link.LostException {
        Link link = Link.connect(round.port(), clientId);
        Patience patience = new Patience();
        while (!link.call("$file/nothing/status").isUnknown()) {
            patience.pause("file transfer has started");
        }
        return new Talk(round, random, violations, link);
    }

    Round round() {
        return round;
    }

    Random random() {
        return random;
    }

    Violations violations() {
        return violations;
    }

    CompletableFuture<Answer> send(String topic, byte[] payload) {
        return link.send(topic, payload);
    }

    Answer status(Upload upload) throws Link.LostException {
        return link.call(upload.topic("status"));
    }

    Answer fin(Upload upload) throws Link.LostException {
        return link.call(upload.topic("fin/" + upload.size()));
    }

    void init(Upload upload) throws Link.LostException {
        Answer answer =
                link.call(random.nextBoolean() ? upload.topic("init") : upload.asyncTopic("init"), upload.meta());
        violations.check(answer.succeeded(), upload + ": init: " + answer);
        upload.become(Stage.NEW, Stage.OPEN);
    }

    void abort(Upload upload, String topic) throws Link.LostException {
        Answer aborted = link.call(topic);
        violations.check(aborted.succeeded(), upload + ": abort: " + aborted);
    }

    void disconnect() throws Link.LostException {
        link.disconnect();
    }
}
