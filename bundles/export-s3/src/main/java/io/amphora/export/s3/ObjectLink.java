// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/** Makes links by which anybody can fetch an object for a while. Thread-safe. */
final class ObjectLink {

    private final S3Session session;

    ObjectLink(S3Session session) {
        this.session = session;
    }

    /** @param valid how long, bounded by the settings */
    URI to(S3Location object, Duration valid) throws URISyntaxException {
        Duration longest = session.settings().linkValidity();
        Duration bounded = valid.compareTo(longest) < 0 ? valid : longest;
        return session.presigner()
                .presignGetObject(link -> link.signatureDuration(bounded)
                        .getObjectRequest(get -> get.bucket(object.bucket()).key(object.key())))
                .url()
                .toURI();
    }
}
