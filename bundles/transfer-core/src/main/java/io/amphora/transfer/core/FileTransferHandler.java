// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.InboundPublish;
import io.amphora.mqtt.spi.PublishHandler;
import io.amphora.mqtt.spi.PublishResult;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.core.command.CommandTopic;
import io.amphora.transfer.core.command.FileCommand;
import io.amphora.transfer.core.command.FileCommandParser;
import io.amphora.transfer.core.command.Outcome;
import io.amphora.transfer.core.command.ParsedCommand;
import io.amphora.transfer.core.command.ParsedCommand.Accepted;
import io.amphora.transfer.core.command.ParsedCommand.Refused;
import io.amphora.transfer.core.command.Reason;
import io.amphora.transfer.core.transfer.TransferCounters;
import io.amphora.transfer.core.transfer.Transfers;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/**
 * Takes what is published below {@code $file/} and {@code $file-async/}: reads the command and hands it to its transfer,
 * which answers. Thread-safe.
 */
final class FileTransferHandler implements PublishHandler {

    private final Transfers transfers;
    private final ResponsePublisher responses;
    private final TransferCounters counters;

    FileTransferHandler(Transfers transfers, ResponsePublisher responses, TransferCounters counters) {
        this.transfers = transfers;
        this.responses = responses;
        this.counters = counters;
    }

    @Override
    public boolean accepts(TopicName topic) {
        return CommandTopic.isReserved(topic.value());
    }

    @Override
    public boolean refuses(TopicFilter filter) {
        return CommandTopic.isReserved(filter.pattern());
    }

    @Override
    public CompletionStage<PublishResult> handle(InboundPublish publish) {
        CommandTopic topic = CommandTopic.of(publish.packet().topic().value());
        ParsedCommand parsed =
                FileCommandParser.parse(topic, publish.packet().payload().duplicate());
        CommandReply reply = new CommandReply(publish, parsed.kind(), topic.asynchronous(), responses, counters);
        if (parsed instanceof Accepted accepted) {
            String clientId = publish.client().id().value();
            submit(new TransferId(clientId, accepted.command().fileId()), accepted.command(), reply);
        } else if (parsed instanceof Refused refused) {
            reply.end(refused.outcome());
        }
        return reply.acknowledgement();
    }

    private void submit(TransferId id, FileCommand command, CommandReply reply) {
        try {
            transfers.submit(id, command, reply);
        } catch (RejectedExecutionException e) {
            reply.end(Outcome.of(Reason.INTERNAL_ERROR, "file transfer is being stopped: send this again"));
        }
    }
}
