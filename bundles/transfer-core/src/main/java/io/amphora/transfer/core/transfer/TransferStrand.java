// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import io.amphora.transfer.core.command.FileCommand;
import io.amphora.transfer.core.command.FileCommand.Abort;
import io.amphora.transfer.core.command.FileCommand.Finish;
import io.amphora.transfer.core.command.FileCommand.Init;
import io.amphora.transfer.core.command.FileCommand.Status;
import io.amphora.transfer.core.command.FileCommand.StoreSegment;
import io.amphora.transfer.core.command.Outcome;
import io.amphora.transfer.core.command.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings commands to a transfer one after the other, segments that wait together as one group, and turns what fails
 * there into answers. Thread-safe; the transfer is touched on the strand only.
 */
final class TransferStrand {

    private static final Logger LOG = LoggerFactory.getLogger(TransferStrand.class);

    /** Something to do on the strand. */
    interface Step {
        void run() throws IOException;
    }

    private sealed interface Task {}

    /** A command that waits until it is begun, by the strand, or expires, whichever comes first. */
    private static final class Command implements Task {

        private final FileCommand command;
        private final Reply reply;
        private final long deadline;
        private final AtomicBoolean taken = new AtomicBoolean();

        Command(FileCommand command, Reply reply, long deadline) {
            this.command = command;
            this.reply = reply;
            this.deadline = deadline;
        }

        boolean begin() {
            return taken.compareAndSet(false, true);
        }

        void expire(long now) {
            if (now - deadline > 0 && begin()) {
                reply.end(Outcome.of(Reason.TIMEOUT, "the server was too busy: send this again"));
            }
        }
    }

    private record Internal(Step step, Runnable whenDone) implements Task {}

    private final Strand<Task> strand;
    private final Transfer transfer;
    private final AtomicInteger users = new AtomicInteger();
    private final Runnable whenUnused;

    private boolean loaded; // strand
    private boolean holding; // strand
    private final List<Command> held = new ArrayList<>(); // strand

    TransferStrand(Executor executor, Function<TransferStrand, Transfer> transfer, Runnable whenUnused) {
        this.strand = new Strand<>(executor, this::work);
        this.transfer = transfer.apply(this);
        this.whenUnused = whenUnused;
    }

    /** Counts a task that will be submitted: until it is done the transfer stays in memory. */
    void enter() {
        users.incrementAndGet();
    }

    /** Submits a command that was {@link #enter entered}. */
    void submit(FileCommand command, Reply reply) {
        strand.submit(
                new Command(command, reply, System.nanoTime() + timeout(command).toNanos()));
    }

    private Duration timeout(FileCommand command) {
        TransferSettings settings = transfer.settings();
        if (command instanceof Init) {
            return settings.initTimeout();
        }
        return command instanceof Finish ? settings.assembleTimeout() : settings.storeTimeout();
    }

    /** Answers commands that have waited for too long. */
    void expire(long now) {
        strand.forEachWaiting(task -> {
            if (task instanceof Command command) {
                command.expire(now);
            }
        });
    }

    /** Runs a step that was {@link #enter entered}. */
    void submit(Step step) {
        submit(step, () -> {});
    }

    /** The same; {@code whenDone} runs behind the step, even if that fails or is not reached. */
    void submit(Step step, Runnable whenDone) {
        strand.submit(new Internal(step, whenDone));
    }

    /** Runs a step of a transfer that cannot leave memory meanwhile. */
    void execute(Step step) {
        enter();
        submit(step);
    }

    /** Whether nothing is to be done and the transfer may leave memory. Called while no one can enter. */
    boolean isIdle() {
        return users.get() == 0 && !holding && transfer.state().isIdle();
    }

    /** Whether the transfer is not worth keeping in memory. */
    boolean isUnknown() {
        return transfer.state() instanceof Unknown;
    }

    /** Releases open files of a transfer that {@link #isIdle}. */
    void close() {
        transfer.state().close();
    }

    Transfer transfer() {
        return transfer;
    }

    /** Keeps commands waiting from here on. */
    void holdCommands() {
        holding = true;
    }

    /** Carries out the commands that waited. */
    void releaseCommands() {
        holding = false;
        List<Task> waited = List.copyOf(held);
        held.clear();
        carryOut(waited);
    }

    /** Ends the commands that wait, without carrying them out. */
    void refuseHeld(Outcome outcome) {
        held.stream().filter(Command::begin).forEach(command -> command.reply.end(outcome));
        held.clear();
    }

    /** Carries out a command that an earlier state had taken. */
    void carryOutAgain(FileCommand command, Reply reply) {
        guard(() -> carryOut(command, reply), reply::end);
    }

    private void work(List<Task> batch) {
        try {
            carryOut(batch);
        } finally {
            if (users.addAndGet(-batch.size()) == 0) {
                whenUnused.run();
            }
        }
    }

    private void carryOut(List<Task> batch) {
        List<SegmentTask> segments = new ArrayList<>();
        for (Task task : batch) {
            if (task instanceof Command command && holding) {
                held.add(command);
            } else if (task instanceof Command command && command.begin()) {
                carryOut(command.command, command.reply, segments);
            } else if (task instanceof Internal internal) {
                storeAndClear(segments);
                guard(internal.step(), outcome -> {});
                internal.whenDone().run();
            }
        }
        storeAndClear(segments);
    }

    /** Segments are collected; any other command comes after those that were. */
    private void carryOut(FileCommand command, Reply reply, List<SegmentTask> segments) {
        if (command instanceof StoreSegment segment) {
            segments.add(new SegmentTask(segment, reply));
        } else {
            storeAndClear(segments);
            guard(() -> carryOut(command, reply), reply::end);
        }
    }

    private void storeAndClear(List<SegmentTask> segments) {
        if (!segments.isEmpty()) {
            List<SegmentTask> group = List.copyOf(segments);
            segments.clear();
            guard(
                    () -> transfer.state().store(group),
                    outcome -> group.forEach(task -> task.reply().end(outcome)));
            digestLater();
        }
    }

    private void carryOut(FileCommand command, Reply reply) throws IOException {
        TransferState state = transfer.state();
        if (command instanceof Init init) {
            reply.end(state.init(init.meta()));
        } else if (command instanceof Finish finish) {
            state.finish(finish, reply);
        } else if (command instanceof Abort) {
            reply.end(state.abort());
        } else if (command instanceof Status) {
            reply.end(state.status());
        }
    }

    /** How a step that failed is answered. */
    private interface Failure {
        void end(Outcome outcome);
    }

    private void guard(Step step, Failure failure) {
        try {
            if (!loaded) {
                transfer.load();
                loaded = true;
            }
            step.run();
        } catch (IOException e) {
            failure.end(transfer.failure("carry out a command", e));
        } catch (RuntimeException e) {
            LOG.error("A command failed by a mistake of the server", e);
            failure.end(Outcome.of(Reason.INTERNAL_ERROR, "a mistake of the server"));
        }
    }

    /** Bytes that came out of order are digested while nothing else is to be done. */
    private void digestLater() {
        if (transfer.state() instanceof Receiving receiving && receiving.isDigestBehind()) {
            execute(() -> catchUpDigest());
        }
    }

    private void catchUpDigest() throws IOException {
        if (transfer.state() instanceof Receiving receiving) {
            receiving.catchUpDigest();
        }
        if (users.get() <= 1) {
            digestLater();
        }
    }
}
