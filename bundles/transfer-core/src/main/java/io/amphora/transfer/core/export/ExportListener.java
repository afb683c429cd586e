// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.export;

import io.amphora.transfer.core.command.Outcome;
import io.amphora.transfer.spi.ExportedFile;
import java.util.List;

/** Whom an {@link ExportJob} tells how it goes. Called on export threads; does not block. */
public interface ExportListener {

    /** One exporter has the file while another has not; may be told again. */
    void exported(ExportedFile file);

    /** Every exporter that a fin waits for has the file; the job goes on for the others and ends with {@link #delivered}. */
    void sufficient(List<ExportedFile> files);

    /** Every exporter that wants the file has it, or was given up: what this job delivered. The job is over. */
    void delivered(List<ExportedFile> files);

    /** The time is up but an export has not returned yet; {@link #failed} or {@link #delivered} follows when it does. */
    void timedOut();

    /** The delivery was given up. The job is over and nobody reads the spooled file any more. */
    void failed(Outcome outcome);
}
