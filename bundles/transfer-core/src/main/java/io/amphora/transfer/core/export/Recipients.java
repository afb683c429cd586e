// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.export;

import io.amphora.transfer.core.command.Outcome;
import io.amphora.transfer.core.command.Reason;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.Exporter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who has a file, who is still to have it, and whether those have it that a fin waits for: every required exporter, and
 * one at least. Confined to the job's attempts, one after the other, and to what follows the last.
 */
final class Recipients {

    private static final Logger LOG = LoggerFactory.getLogger(Recipients.class);

    private final ExportJob job;
    private final ExportRequest request;
    private final Set<String> doneBefore;
    private final EarlyDelivery early;
    private final ExportPool pool;
    private final ExportListener listener;
    private final Map<Exporter, ExportedFile> done = new LinkedHashMap<>();
    private final Set<String> lacking = new LinkedHashSet<>();
    private boolean sufficient;
    private boolean onlyWaits;

    Recipients(
            ExportJob job,
            ExportRequest request,
            Set<String> doneBefore,
            EarlyDelivery early,
            ExportPool pool,
            ExportListener listener) {
        this.job = job;
        this.request = request;
        this.doneBefore = Set.copyOf(doneBefore);
        this.early = early;
        this.pool = pool;
        this.listener = listener;
    }

    /** What this job delivered. */
    List<ExportedFile> delivered() {
        return List.copyOf(done.values());
    }

    /** Whether a fin need not wait any longer. */
    boolean isSufficient() {
        return sufficient;
    }

    /** Whether the last attempt has only found that it is not its turn: it is woken when it is. */
    boolean onlyWaits() {
        return onlyWaits;
    }

    /** Asks every exporter that has not got the file; returns why not all of them have it then. */
    Optional<Outcome> ask() {
        onlyWaits = false;
        lacking.clear();
        List<Exporter> wanting = pool.exporters()
                .accepting(request.id(), request.meta(), request.file().size());
        if (wanting.isEmpty() && !anybodyHasIt()) {
            return Optional.of(Outcome.of(Reason.NO_EXPORTER, "no exporter accepts the file"));
        }
        wanting.stream().filter(exporter -> !hasIt(exporter)).forEach(exporter -> lacking.add(exporter.name()));
        Optional<Outcome> failure = askAll(wanting, true);
        if (failure.isEmpty()) {
            failure = askAll(wanting, false);
            if (failure.isPresent()) {
                tellIfSufficient();
            }
        }
        if (failure.isPresent() && !sufficient) {
            done.values().forEach(listener::exported);
        }
        return failure;
    }

    private Optional<Outcome> askAll(List<Exporter> wanting, boolean required) {
        Optional<Outcome> failure = Optional.empty();
        boolean waits = true;
        for (Exporter exporter : wanting) {
            if (exporter.required() == required && !hasIt(exporter)) {
                if (!required) {
                    tellIfSufficient();
                }
                Attempt attempt = ask(exporter);
                failure = attempt.failure().isPresent() ? attempt.failure() : failure;
                waits &= attempt.waits() || attempt.failure().isEmpty();
            }
        }
        onlyWaits = failure.isPresent() && waits;
        return failure;
    }

    private void tellIfSufficient() {
        if (!sufficient && anybodyHasIt()) {
            sufficient = true;
            listener.sufficient(delivered());
        }
    }

    private boolean anybodyHasIt() {
        return !done.isEmpty() || !doneBefore.isEmpty();
    }

    private boolean hasIt(Exporter exporter) {
        return doneBefore.contains(exporter.name())
                || done.values().stream().anyMatch(file -> file.exporter().equals(exporter.name()));
    }

    /** How one exporter did: it has the file, has failed, or works on others first. */
    private record Attempt(Optional<Outcome> failure, boolean waits) {

        static Attempt failed(Exporter exporter, String why, boolean waits) {
            return new Attempt(
                    Optional.of(Outcome.of(Reason.EXPORT_FAILED, "exporter " + exporter.name() + why)), waits);
        }
    }

    private Attempt ask(Exporter exporter) {
        Destination destination = pool.destination(exporter.name());
        destination.servedBy(exporter);
        if (!destination.enter(job)) {
            return Attempt.failed(exporter, " takes no file now: " + destination.why(), true);
        }
        String problem;
        try {
            done.put(exporter, exporter.export(request.with(early.settle(exporter))));
            problem = "";
        } catch (IOException e) {
            LOG.warn("Failed to deliver {} by {}: {}", request.id(), exporter.name(), e.toString());
            problem = e.toString();
        } catch (InterruptedException e) {
            problem = new InterruptedIOException("interrupted while it had begun early").toString();
        } catch (RuntimeException | LinkageError e) { // a bundle that is updated may lose its classes
            LOG.error("Failed to deliver {} by {}", request.id(), exporter.name(), e);
            problem = e.toString();
        }
        boolean waits = leave(destination, exporter, problem);
        return problem.isEmpty()
                ? new Attempt(Optional.empty(), false)
                : Attempt.failed(exporter, " could not take the file", waits);
    }

    private boolean leave(Destination destination, Exporter exporter, String problem) {
        if (problem.isEmpty()) {
            LOG.debug("Delivered {} by {}", request.id(), exporter.name());
            lacking.remove(exporter.name());
            early.exported(exporter);
            destination.delivered(request.file().size());
        } else if (job.isCancelled()) {
            destination.interrupted();
        } else {
            return destination.failed(job, problem);
        }
        return false;
    }

    /** All have it. */
    void end() {
        early.abort();
    }

    /** The time is up for those that have not got it. */
    void giveUp() {
        early.abort();
        for (String name : lacking) {
            pool.destination(name).gaveUp(job);
            if (sufficient) {
                LOG.warn("Gave up to deliver {} by {}: others have it", request.id(), name);
            }
        }
    }

    /** Deletes what was delivered. */
    void undo() {
        early.abort();
        lacking.forEach(name -> pool.destination(name).forget(job));
        done.forEach((exporter, file) -> {
            try {
                exporter.delete(file);
            } catch (IOException e) {
                LOG.warn("Failed to delete the aborted {} from {}", request.id(), file.location(), e);
            }
        });
    }
}
