// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import java.time.Instant;
import java.util.Optional;

/**
 * How one exporter is at the moment, and what it has done since the broker started. What is counted under a name goes on
 * when the exporter's configuration changes.
 *
 * @param name of the exporter
 * @param required whether a fin waits for it
 * @param degraded what is wrong, if anything is
 * @param running exports that run
 * @param waiting files that wait for the destination to work again, or for their turn
 * @param delivered files
 * @param deliveredBytes bytes of those
 * @param failures attempts that failed, of which most are tried again
 * @param givenUp files that were not delivered within their time
 */
public record ExporterStatus(
        String name,
        boolean required,
        Optional<Degraded> degraded,
        int running,
        int waiting,
        long delivered,
        long deliveredBytes,
        long failures,
        long givenUp) {

    /**
     * Something is wrong.
     *
     * @param why in words for an operator
     * @param since when
     */
    public record Degraded(String why, Instant since) {

        /** New settings cannot be, and the exporter goes on with those that it has. */
        public static Degraded notChanged(Exception cause) {
            String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
            return new Degraded("not changed: " + why, Instant.now());
        }
    }

    /** An exporter that does nothing at all. */
    public static ExporterStatus down(String name, String why, Instant since) {
        return new ExporterStatus(name, true, Optional.of(new Degraded(why, since)), 0, 0, 0, 0, 0, 0);
    }

    /** The same, or if nothing is wrong by itself, with what the exporter says. */
    public ExporterStatus orElse(Optional<Degraded> said) {
        return new ExporterStatus(
                name,
                required,
                degraded.or(() -> said),
                running,
                waiting,
                delivered,
                deliveredBytes,
                failures,
                givenUp);
    }

    /** Whether nothing is wrong. */
    public boolean isOk() {
        return degraded.isEmpty();
    }
}
