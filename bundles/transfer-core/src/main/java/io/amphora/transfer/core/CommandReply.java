// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import io.amphora.mqtt.spi.InboundPublish;
import io.amphora.mqtt.spi.PublishResult;
import io.amphora.transfer.core.command.CommandKind;
import io.amphora.transfer.core.command.Outcome;
import io.amphora.transfer.core.transfer.Reply;
import io.amphora.transfer.core.transfer.TransferCounters;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Answers one command: by its acknowledgement and on the response topic. Thread-safe; what comes second is ignored. */
final class CommandReply implements Reply {

    private final InboundPublish command;
    private final CommandKind kind;
    private final boolean asynchronous;
    private final ResponsePublisher responses;
    private final TransferCounters counters;
    private final CompletableFuture<PublishResult> acknowledgement = new CompletableFuture<>();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    CommandReply(
            InboundPublish command,
            CommandKind kind,
            boolean asynchronous,
            ResponsePublisher responses,
            TransferCounters counters) {
        this.command = command;
        this.kind = kind;
        this.asynchronous = asynchronous;
        this.responses = responses;
        this.counters = counters;
    }

    /** Completes when PUBACK or PUBREC can be sent. */
    CompletionStage<PublishResult> acknowledgement() {
        return acknowledgement;
    }

    @Override
    public void accepted() {
        if (asynchronous) {
            acknowledgement.complete(PublishResult.SUCCESS);
        }
    }

    @Override
    public void end(Outcome result) {
        if (outcome.complete(result)) {
            counters.ended(kind, result, command.packet().payload().remaining());
            responses.publish(command, result);
            acknowledgement.complete(publishResult(result));
        }
    }

    private static PublishResult publishResult(Outcome outcome) {
        if (outcome.view().isPresent()) {
            return PublishResult.of(
                    outcome.code(), ResponsePublisher.toJson(outcome.view().get()));
        }
        return outcome.isSuccess() ? PublishResult.SUCCESS : PublishResult.of(outcome.code(), outcome.reasonString());
    }
}
