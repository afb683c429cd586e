// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.transfer.ByteRange;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Reads delivered objects. Thread-safe. */
final class ObjectReader {

    private static final int NOT_FOUND = 404;

    private final S3Session session;

    /** @param session whose user each stream is until it is closed; the caller is one */
    ObjectReader(S3Session session) {
        this.session = session;
    }

    InputStream open(S3Location object, ByteRange range) throws IOException {
        try {
            return range.length() == 0 ? openNothing(object) : openSome(object, range);
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND && !S3Failure.isCode(e, "NoSuchBucket")) {
                throw new NoSuchFileException(object.toString(), null, e.getMessage());
            }
            throw S3Failure.of(e, "reading", session);
        } catch (SdkException e) {
            throw S3Failure.of(e, "reading", session);
        }
    }

    private InputStream openNothing(S3Location object) {
        session.s3().headObject(head -> head.bucket(object.bucket()).key(object.key()));
        return InputStream.nullInputStream();
    }

    private InputStream openSome(S3Location object, ByteRange range) {
        String bytes = "bytes=" + range.start() + "-" + (range.end() - 1);
        ResponseInputStream<GetObjectResponse> content = session.s3()
                .getObject(get -> get.bucket(object.bucket()).key(object.key()).range(bytes));
        if (!session.acquire()) {
            content.abort();
            throw new IllegalStateException("only a user of the session reads");
        }
        return new ObjectStream(content, range.length());
    }

    /** Confined to one thread at a time. */
    private final class ObjectStream extends FilterInputStream {

        private final ResponseInputStream<GetObjectResponse> content;
        private long left;
        private boolean closed;

        ObjectStream(ResponseInputStream<GetObjectResponse> content, long length) {
            super(content);
            this.content = content;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            left -= b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = super.read(bytes, offset, length);
            left -= Math.max(n, 0);
            return n;
        }

        @Override
        public long skip(long n) throws IOException {
            long skipped = super.skip(n);
            left -= skipped;
            return skipped;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            try {
                if (left > 0) {
                    content.abort(); // or else the rest would be read
                }
                super.close();
            } finally {
                session.release();
            }
        }
    }
}
