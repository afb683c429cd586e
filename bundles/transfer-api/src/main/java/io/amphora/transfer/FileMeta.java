// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a client says of its file in {@code init}. Two are equal if they say the same, whatever white space their JSON
 * had.
 *
 * @param name the file's name
 * @param size bytes, if the client knows already
 * @param checksum of the whole file
 * @param expireAt epoch seconds after which the stored file may be deleted
 * @param segmentsTtl seconds that an unfinished transfer may be idle, before the server's bounds are applied
 * @param userData the client's own JSON value as compact JSON text
 */
public record FileMeta(
        SafeName name,
        OptionalLong size,
        Optional<Sha256> checksum,
        OptionalLong expireAt,
        OptionalLong segmentsTtl,
        Optional<String> userData) {

    /** Bytes of the longest JSON text that {@link #parse} takes. */
    public static final int MAX_JSON_BYTES = 64 * 1024;

    /** Levels of the deepest JSON text that {@link #parse} takes. */
    public static final int MAX_JSON_DEPTH = 32;

    /**
     * Reads the payload of {@code init}. Members it does not know are left out.
     *
     * @throws InvalidFileMetaException with a message for the client
     */
    public static FileMeta parse(byte[] json) throws InvalidFileMetaException {
        return FileMetaJson.read(json);
    }

    /** The metadata as compact JSON, members that are not known left out. */
    public String toJson() {
        return FileMetaJson.write(this);
    }
}
