// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.s3.testing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** What happens to a request. Implementations are thread-safe. */
@FunctionalInterface
public interface Fault {

    /** Everything passes. */
    Fault NONE = head -> new Action.Pass();

    /** What happens to the request with that first line. */
    Action on(String head);

    /** This fault for requests whose first line is like that, and none for others. */
    default Fault when(Predicate<String> wanted) {
        return head -> wanted.test(head) ? on(head) : new Action.Pass();
    }

    /** This fault for so many requests, and none for later ones. */
    default Fault times(int count) {
        AtomicInteger left = new AtomicInteger(count);
        return head -> {
            Action action = on(head);
            return action instanceof Action.Pass || left.getAndDecrement() > 0 ? action : new Action.Pass();
        };
    }

    /** Another answer than the server's, an error document of S3. */
    static Fault answer(int status, String code, String message) {
        String body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code><Message>" + message
                + "</Message><RequestId>0</RequestId></Error>";
        return answer(status + " " + code, "", body);
    }

    /** Success instead of the server's answer, which does not see the request. */
    static Fault success(String header, String body) {
        return answer("200 OK", header, body);
    }

    private static Fault answer(String status, String header, String body) {
        String response = "HTTP/1.1 " + status + "\r\nContent-Type: application/xml\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n" + (header.isEmpty() ? "" : header + "\r\n") + "\r\n" + body;
        return head -> new Action.Answer(response);
    }

    /** The request passes, and its answer once the latch is open. */
    static Fault lateAnswer(CountDownLatch latch) {
        return head -> new Action.Late(latch);
    }

    /** The connection is reset once so many bytes of the request have passed. */
    static Fault resetAfter(long bytes) {
        return head -> new Action.ResetAfter(bytes);
    }

    /** No byte passes any more, and the connection stays open. */
    static Fault silence() {
        return head -> new Action.Hold();
    }

    /** Every chunk of the request waits that long. */
    static Fault slow(Duration perChunk) {
        return head -> new Action.Delay(perChunk);
    }

    /** What happens to one request. */
    sealed interface Action {

        /** It passes. */
        record Pass() implements Action {}

        /** This is the response. */
        record Answer(String response) implements Action {}

        /** It passes, and its response once the latch is open. */
        record Late(CountDownLatch latch) implements Action {}

        /** So many bytes pass. */
        record ResetAfter(long bytes) implements Action {}

        /** None passes. */
        record Hold() implements Action {}

        /** Each chunk waits. */
        record Delay(Duration perChunk) implements Action {}
    }
}
