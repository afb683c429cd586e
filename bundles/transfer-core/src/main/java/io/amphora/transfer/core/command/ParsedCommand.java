// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.command;

/** What came of reading a topic and payload. */
public sealed interface ParsedCommand {

    /** What it is, in one word. */
    CommandKind kind();

    /** A command to carry out. */
    record Accepted(FileCommand command) implements ParsedCommand {

        @Override
        public CommandKind kind() {
            return command.kind();
        }
    }

    /** Something that is no command; the client is told why. */
    record Refused(Outcome outcome) implements ParsedCommand {

        @Override
        public CommandKind kind() {
            return CommandKind.INVALID;
        }
    }
}
