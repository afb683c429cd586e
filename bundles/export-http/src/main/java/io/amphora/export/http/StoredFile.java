// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.http;

import io.amphora.transfer.spi.FileDamagedException;
import io.amphora.transfer.spi.SpooledFile;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * A server's answer to HEAD for a file that was PUT. An ETag is not compared, since nothing says how it was made.
 * Immutable.
 */
record StoredFile(int status, HttpHeaders headers) {

    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int NOT_IMPLEMENTED = 501;
    private static final String UNKNOWN = "; to deliver without a comparison, set verify = false";

    /**
     * Compares the size, and the SHA-256 of RFC 9530 if the server gives it.
     *
     * @throws FileDamagedException if the server holds something else, or cannot say what it holds
     * @throws IOException if the server cannot answer now
     */
    void requireSame(SpooledFile file) throws IOException {
        requireAnswer();
        OptionalLong held = headers.firstValueAsLong("Content-Length");
        if (held.isEmpty()) {
            throw new FileDamagedException("the web server answers HEAD without Content-Length" + UNKNOWN);
        }
        FileDamagedException.requireSize("the web server", held.getAsLong(), file.size());
        String digests = String.join(",", headers.allValues("Repr-Digest"));
        boolean differs = Arrays.stream(digests.split(",", -1))
                .map(String::strip)
                .anyMatch(digest -> digest.startsWith("sha-256=") && !digest.equals(WebServer.digest(file)));
        if (differs) {
            throw new FileDamagedException("the web server holds other bytes than the file's: their Repr-Digest is "
                    + digests + ", the file's " + WebServer.digest(file));
        }
    }

    private void requireAnswer() throws IOException {
        if (WebServer.isGone(status)) {
            throw new FileDamagedException("the web server took the file and answers HEAD with " + status + UNKNOWN);
        }
        if (status == METHOD_NOT_ALLOWED || status == NOT_IMPLEMENTED) {
            throw new FileDamagedException("the web server knows no HEAD and answers " + status + UNKNOWN);
        }
        if (!WebServer.isSuccess(status)) {
            throw new IOException("HEAD was answered with " + status + UNKNOWN);
        }
    }
}
