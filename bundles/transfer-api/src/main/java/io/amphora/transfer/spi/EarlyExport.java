// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import io.amphora.transfer.ByteRange;
import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A delivery that an exporter has begun while the file is still being received, so that a fin has little left to wait
 * for. It is an attempt to be early and nothing more: should it fail, or be lost, {@link Exporter#export} delivers the
 * whole file.
 *
 * <p>It ends in one of three ways. {@link Exporter#export} of the same exporter is given it in
 * {@link ExportRequest#early} and returns: then it is over. Export throws: it is given again with the next attempt, and
 * aborted after the last. Or {@link #abort} is called, because the client gave up or fell silent, the exporter has been
 * unregistered, or a method of this interface threw.
 *
 * <p>Each method is called on a thread of the exports, never on two at once, and may block there; an interrupt ends it.
 * Nothing is remembered over a restart of the process: what is left behind then is the exporter's to find and remove.
 */
@ConsumerType
public interface EarlyExport {

    /**
     * All bytes before {@code end} are in the spooled file. What is before an earlier {@code end} is the same as then,
     * but for what {@link #rewritten} named. Growth is told in steps, the last bytes before a fin possibly never.
     * The file may turn out to be shorter than {@code end}: its size is only known when it is exported.
     *
     * @throws IOException if the early export cannot go on; it is aborted and the file is delivered as if there had been
     *     none
     */
    void grown(long end) throws IOException;

    /**
     * Bytes that {@link #grown} had told of were written again: what was read there may be the old bytes, the new ones or
     * a mixture. It is told before the next growth and before the export. To note it is enough, it need not be acted on
     * before one of these.
     *
     * @throws IOException as {@link #grown}
     */
    void rewritten(ByteRange range) throws IOException;

    /** Drops what was begun. It does not throw: what could not be removed is logged, and found later. */
    void abort();
}
