// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import io.amphora.transfer.core.command.Outcome;

/** Where the answer to a command goes. Called on the transfer's strand. */
public interface Reply {

    /** The command will be carried out to its end without the client; an outcome follows. */
    void accepted();

    /** The command has ended. Called once; the command's bytes are not read after it. */
    void end(Outcome outcome);
}
