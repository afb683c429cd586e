// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Delivers finished files to one destination. Registered as a service, which is found by {@link #name()}. Thread-safe:
 * several exports run at once, each on an export thread, and may block there.
 *
 * <p>Its configuration may change while it is registered: what these methods say from then on follows the new one, and
 * exports that run end with the settings that they began with. A change of the service's properties tells of that.
 *
 * <p>When a service is unregistered while exports run on it, they go on; an exporter closes what it holds when the last
 * of them has returned. Of two exporters with one name only the one that came first is used, until it goes.
 */
@ConsumerType
public interface Exporter {

    /** Service property: the exporter's name, where its configuration gives one. */
    String NAME = "exporter.name";

    /** Name of this exporter, unique among those registered, stable over restarts. With another it counts as another. */
    String name();

    /** Whether this exporter wants the file: its selector. Does not block. */
    boolean accepts(TransferId id, FileMeta meta, long size);

    /**
     * Whether a fin waits for this exporter. One that is not required is tried in the background for as long as a fin
     * would have waited, and its failure is logged and counted but is no failure of the fin. If no required exporter wants
     * a file, its fin waits for the first of the others that has it.
     */
    default boolean required() {
        return true;
    }

    /**
     * Why the latest change of this exporter's configuration was refused, so that the settings of before are still in use;
     * empty if it was not. {@link Reconfiguration} knows.
     */
    default Optional<ExporterStatus.Degraded> refusedChange() {
        return Optional.empty();
    }

    /**
     * Begins to deliver a large file that is still being received, if this exporter can. Called once for each transfer,
     * on a thread of the exports, and may block there.
     *
     * @throws IOException if it could not; the file is then exported as if this method had returned nothing
     */
    default Optional<EarlyExport> begin(EarlyRequest request) throws IOException {
        return Optional.empty();
    }

    /**
     * Delivers a file, durably: what it returns survives a crash of the machine. All or nothing: under its final name the
     * file is complete or absent. The same transfer twice is one file. Before it returns, it has compared what the
     * destination holds with the file: the size, and a checksum where the destination gives one.
     *
     * @throws FileRefusedException if the destination can never take this file; the caller does not try again
     * @throws FileDamagedException if the destination holds something else, which has been removed; the caller tries
     *     again, unless the same happened before
     * @throws IOException if it could not; the caller tries again. An interrupt ends it so too.
     */
    ExportedFile export(ExportRequest request) throws IOException;

    /** A link by which anybody can fetch the file for so long, if this destination has such links. */
    Optional<URI> link(ExportedFile file, Duration valid);

    /**
     * The delivered bytes of a range.
     *
     * @throws java.nio.file.NoSuchFileException if the file is gone
     */
    InputStream open(ExportedFile file, ByteRange range) throws IOException;

    /** Deletes a delivered file; one that is gone already is no error. */
    void delete(ExportedFile file) throws IOException;
}
