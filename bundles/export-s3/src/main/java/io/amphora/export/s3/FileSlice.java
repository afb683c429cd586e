// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.transfer.ByteRange;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * Bytes of a file as the body of a request, which can be sent again: each attempt reads them from the file. Confined to
 * one thread at a time.
 */
final class FileSlice implements ContentStreamProvider, AutoCloseable {

    private final Path path;
    private final ByteRange range;
    private final BooleanSupplier stopped;
    private final boolean withMd5;
    private SliceStream last;

    /** @param stopped whether nobody wants the request any more; reading fails then */
    FileSlice(Path path, ByteRange range, BooleanSupplier stopped) {
        this(path, range, stopped, true);
    }

    /** @param withMd5 whether its MD5 is wanted */
    FileSlice(Path path, ByteRange range, BooleanSupplier stopped, boolean withMd5) {
        this.withMd5 = withMd5;
        this.path = path;
        this.range = range;
        this.stopped = stopped;
    }

    /** @throws AbortedException if it is not wanted any more: an exception after which the SDK does not try again */
    void requireWanted() {
        if (stopped.getAsBoolean()) {
            throw AbortedException.create("the upload was stopped");
        }
    }

    @Override
    public String name() {
        return "File";
    }

    @Override
    public InputStream newStream() {
        try {
            close();
            last = new SliceStream();
            return last;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (last != null) {
            last.close();
        }
    }

    private static MessageDigest newMd5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    /** Returns the MD5 of what the last stream gave, in hex. */
    String md5() {
        return last == null ? "" : last.md5Hex();
    }

    /** Returns the CRC-32 of what the last stream gave, as S3 spells it. */
    String crc32() {
        return last == null ? "" : Crc32s.toBase64((int) last.crc32.getValue());
    }

    /** Not by a channel, which an interrupt would close. */
    private final class SliceStream extends InputStream {

        private final FileInputStream file = new FileInputStream(path.toFile());
        private final CRC32 crc32 = new CRC32();
        private final Optional<MessageDigest> md5 = withMd5 ? Optional.of(newMd5()) : Optional.empty();
        private String md5Hex = "";
        private long left = range.length();

        SliceStream() throws IOException {
            try {
                file.skipNBytes(range.start());
            } catch (IOException e) {
                file.close();
                throw e;
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            requireWanted();
            if (length == 0) {
                return 0;
            }
            if (left == 0) {
                return -1;
            }
            int n = file.read(bytes, offset, (int) Math.min(length, left));
            if (n < 0) {
                throw new EOFException("the spool lacks " + left + " bytes of " + range);
            }
            left -= n;
            crc32.update(bytes, offset, n);
            md5.ifPresent(digest -> digest.update(bytes, offset, n));
            return n;
        }

        String md5Hex() {
            if (md5.isPresent() && md5Hex.isEmpty()) {
                md5Hex = HexFormat.of().formatHex(md5.get().digest());
            }
            return md5Hex;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
