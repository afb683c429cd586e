// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.command;

import java.util.Locale;

/** What a client asked for, in one word. */
public enum CommandKind {
    INIT,
    SEGMENT,
    FIN,
    ABORT,
    STATUS,
    /** No command at all. */
    INVALID;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** As people and metrics name it. */
    public String word() {
        return word;
    }
}
