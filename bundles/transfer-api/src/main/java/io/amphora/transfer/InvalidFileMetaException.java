// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer;

/** File metadata that a client sent and that is not what {@link FileMeta} allows. The message is for the client. */
public final class InvalidFileMetaException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What is wrong with it. */
    public enum Kind {
        /** Not JSON, or beyond the bounds on size and depth. */
        NOT_JSON,
        /** JSON, but a member is missing or of the wrong type or range. */
        WRONG_MEMBER,
        /** {@code name} is no {@link SafeName}. */
        UNSAFE_NAME
    }

    private final Kind kind;

    public InvalidFileMetaException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
