// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.export;

import io.amphora.transfer.Printable;
import io.amphora.transfer.core.command.Outcome;
import io.amphora.transfer.core.command.Reason;
import io.amphora.transfer.core.export.Exporters.Present;
import io.amphora.transfer.spi.ExportRequest;
import io.amphora.transfer.spi.ExportedFile;
import io.amphora.transfer.spi.Exporter;
import io.amphora.transfer.spi.FileDamagedException;
import io.amphora.transfer.spi.FileRefusedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
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
    private final List<Done> done = new ArrayList<>();
    private final Set<String> lacking = new LinkedHashSet<>();
    private boolean sufficient;
    private boolean onlyWaits;
    private boolean hopeless;
    private final Map<String, Refusal> refusals = new HashMap<>();
    private final Map<String, String> damages = new HashMap<>();

    /** An exporter, with the settings that it had then, can never take the file. */
    private record Refusal(Present by, Attempt attempt) {}

    /** An exporter has the file. */
    private record Done(Exporter exporter, ExportedFile file) {}

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
        return done.stream().map(Done::file).toList();
    }

    /** Whether a fin need not wait any longer. */
    boolean isSufficient() {
        return sufficient;
    }

    /** Whether the last attempt has only found that it is not its turn: it is woken when it is. */
    boolean onlyWaits() {
        return onlyWaits;
    }

    /**
     * Returns true if another attempt cannot help: a required exporter can never take the file, or all that failed can
     * never.
     */
    boolean isHopeless() {
        return hopeless;
    }

    /** Asks every exporter that has not got the file; returns why not all of them have it then. */
    Optional<Outcome> ask() {
        onlyWaits = false;
        hopeless = false;
        lacking.clear();
        List<Wanting> wanting = pool
                .exporters()
                .accepting(request.id(), request.meta(), request.file().size())
                .stream()
                .map(present -> new Wanting(present, present.exporter().required()))
                .toList();
        if (wanting.isEmpty() && !anybodyHasIt()) {
            return Optional.of(Outcome.of(Reason.NO_EXPORTER, "no exporter accepts the file"));
        }
        wanting.stream().map(Wanting::name).filter(name -> !hasIt(name)).forEach(lacking::add);
        Optional<Outcome> failure = askAll(wanting, true);
        if (failure.isEmpty()) {
            failure = askAll(wanting, false);
            if (failure.isPresent()) {
                tellIfSufficient();
            }
        }
        if (failure.isPresent() && !sufficient) {
            delivered().forEach(listener::exported);
        }
        return failure;
    }

    /** One that wants the file, and whether a fin waits for it, both as of the beginning of the attempt. */
    private record Wanting(Present present, boolean required) {

        String name() {
            return present.name();
        }
    }

    private Optional<Outcome> askAll(List<Wanting> wanting, boolean required) {
        List<Attempt> failed = new ArrayList<>();
        for (Wanting one : wanting) {
            if (one.required() == required && !hasIt(one.name())) {
                if (!required) {
                    tellIfSufficient();
                }
                Attempt attempt = askUnlessRefused(one.present());
                if (attempt.failure().isPresent()) {
                    failed.add(attempt);
                }
            }
        }
        List<Attempt> last = failed.stream().filter(Attempt::isLast).toList();
        hopeless = !last.isEmpty() && (required || last.size() == failed.size());
        onlyWaits = !failed.isEmpty() && failed.stream().allMatch(attempt -> attempt.waits() || attempt.isLast());
        List<Attempt> telling = last.isEmpty() ? failed : last;
        return telling.isEmpty()
                ? Optional.empty()
                : telling.get(telling.size() - 1).failure();
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

    private boolean hasIt(String name) {
        return doneBefore.contains(name)
                || done.stream().anyMatch(one -> one.file().exporter().equals(name));
    }

    /** How one exporter did: it has the file, has failed, works on others first, or can never take it. */
    private record Attempt(Optional<Outcome> failure, boolean waits, boolean isLast) {

        static final Attempt SUCCESS = new Attempt(Optional.empty(), false, false);

        static Attempt failed(String name, String why, boolean waits) {
            return new Attempt(outcome(name, why), waits, false);
        }

        static Attempt last(String name, String why) {
            return new Attempt(outcome(name, why), false, true);
        }

        private static Optional<Outcome> outcome(String name, String why) {
            return Optional.of(Outcome.of(Reason.EXPORT_FAILED, "exporter " + name + why));
        }
    }

    private Attempt askUnlessRefused(Present present) {
        Refusal refusal = refusals.get(present.name());
        if (refusal != null && refusal.by().equals(present)) {
            return refusal.attempt();
        }
        Attempt attempt = ask(present);
        if (attempt.isLast()) {
            refusals.put(present.name(), new Refusal(present, attempt));
        }
        return attempt;
    }

    private Attempt ask(Present present) {
        Exporter exporter = present.exporter();
        Destination destination = pool.destination(present.name());
        destination.servedBy(present);
        if (!destination.enter(job)) {
            return Attempt.failed(present.name(), " takes no file now: " + destination.why(), true);
        }
        String problem;
        try {
            ExportedFile file = exporter.export(request.with(early.settle(exporter)));
            done.add(new Done(exporter, file.by(present.name()))); // which it may have given up meanwhile
            return delivered(present, destination);
        } catch (FileRefusedException e) {
            return refused(present, destination, e);
        } catch (FileDamagedException e) {
            return damaged(present, destination, e);
        } catch (IOException e) {
            LOG.warn("Failed to deliver {} by {}: {}", request.id(), present.name(), Printable.of(e.toString()));
            problem = e.toString();
        } catch (InterruptedException e) {
            problem = new InterruptedIOException("interrupted while it had begun early").toString();
        } catch (RuntimeException | LinkageError e) { // a bundle that is updated may lose its classes
            LOG.error("Failed to deliver {} by {}", request.id(), present.name(), e);
            problem = e.toString();
        }
        return Attempt.failed(present.name(), " could not take the file", failed(destination, problem));
    }

    private Attempt delivered(Present present, Destination destination) {
        LOG.debug("Delivered {} by {}", request.id(), present.name());
        lacking.remove(present.name());
        early.exported(present.exporter());
        destination.delivered(request.file().size());
        return Attempt.SUCCESS;
    }

    /** Returns whether the job is woken when it is its turn. */
    private boolean failed(Destination destination, String problem) {
        if (job.isCancelled()) {
            destination.interrupted();
            return false;
        }
        return destination.failed(job, problem);
    }

    private Attempt refused(Present present, Destination destination, FileRefusedException e) {
        LOG.warn("{} cannot be delivered by {}: {}", request.id(), present.name(), e.getMessage());
        destination.refused();
        return Attempt.last(present.name(), " cannot take the file: " + e.getMessage());
    }

    /** Once may be an accident; twice the same is how the destination stores files. */
    private Attempt damaged(Present present, Destination destination, FileDamagedException e) {
        String why = String.valueOf(e.getMessage());
        LOG.warn("{} was damaged by {}: {}", request.id(), present.name(), why);
        destination.damaged(why);
        String detail = " did not store the file as it is: " + why;
        return why.equals(damages.put(present.name(), why))
                ? Attempt.last(present.name(), detail)
                : Attempt.failed(present.name(), detail, false);
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
        for (Done one : done) {
            try {
                one.exporter().delete(one.file());
            } catch (IOException e) {
                LOG.warn(
                        "Failed to delete the aborted {} from {}",
                        request.id(),
                        Printable.of(one.file().location().toString()),
                        e);
            }
        }
    }
}
