// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;

/** Where an object is. Immutable. */
record S3Location(String bucket, String key) {

    /** {@code s3://bucket/key}, with what a URI does not take percent-encoded. */
    URI uri() {
        try {
            return new URI("s3", bucket, "/" + key, null, null);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("neither bucket nor key can be refused", e);
        }
    }

    /** @throws IOException unless it is a location that {@link #uri} gives */
    static S3Location of(URI uri) throws IOException {
        boolean s3 = "s3".equals(uri.getScheme()) && uri.getAuthority() != null && uri.getQuery() == null;
        if (!s3 || uri.getPath() == null || uri.getPath().length() < 2) {
            throw new IOException("not an object in S3: " + uri);
        }
        return new S3Location(uri.getAuthority(), uri.getPath().substring(1));
    }

    @Override
    public String toString() {
        return bucket + "/" + key;
    }
}
