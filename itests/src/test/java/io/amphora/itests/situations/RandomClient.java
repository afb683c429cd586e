// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.situations;

import static org.junit.Assert.assertEquals;

import io.amphora.itests.situations.RandomTransfer.Command;
import io.amphora.itests.situations.TransferModel.Answer;
import io.amphora.itests.wire.Packet;
import io.amphora.itests.wire.Packet.Acknowledgement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A client with a few transfers, which sends some commands at once and then looks at all answers. Not thread-safe. */
final class RandomClient {

    private static final int TRANSFERS = 4;

    private final SharedBroker broker;
    private final String clientId;
    private final Form form;
    private final Random random;
    private final List<RandomTransfer> transfers = new ArrayList<>();
    private final Map<Integer, Command> unanswered = new HashMap<>();
    private Device device;
    private int files;

    /** A command whose connection has gone; its result may still come. */
    private int abandoned;

    RandomClient(SharedBroker broker, String clientId, Form form, Random random) throws IOException {
        this.broker = broker;
        this.clientId = clientId;
        this.form = form;
        this.random = random;
        this.device = broker.device(clientId, form);
        while (files < TRANSFERS) {
            begin();
        }
    }

    private void begin() {
        transfers.add(new RandomTransfer("f" + files, random));
        files++;
    }

    String clientId() {
        return clientId;
    }

    /** All transfers, the finished ones too. */
    List<RandomTransfer> transfers() {
        return transfers;
    }

    /**
     * Sends one command. A fin that is accepted goes alone, since what is sent while the file is on its way has more than one
     * right answer.
     */
    void send() throws IOException {
        if (sendRandom()) {
            drain();
        }
    }

    /** Sends a command to one of the latest transfers; returns whether it finishes that one. */
    private boolean sendRandom() throws IOException {
        RandomTransfer transfer = transfers.get(transfers.size() - 1 - random.nextInt(TRANSFERS));
        boolean wasFinished = transfer.model().isFinished();
        send(transfer.next(), 0);
        boolean finishes = !wasFinished && transfer.model().isFinished();
        if (finishes) {
            begin();
        }
        return finishes;
    }

    private void send(Command command, int flags) throws IOException {
        byte[] payload = new byte[command.payload().remaining()];
        command.payload().duplicate().get(payload);
        unanswered.put(device.publish(Device.QOS_1 | flags, command.command(), payload), command);
    }

    /** Sends a command, goes without waiting for its answer, comes back and sends it again. */
    void hangUp() throws IOException {
        drain();
        sendRandom();
        Map.Entry<Integer, Command> sent = unanswered.entrySet().iterator().next();
        Command command = sent.getValue();
        abandoned = sent.getKey();
        unanswered.clear();
        device = device.comeBack(broker.address());
        send(command, Device.DUP);
        drain();
    }

    /** Waits for all answers and compares them with what they have to be. */
    void drain() throws IOException {
        Map<Integer, Acknowledgement> acknowledgements = new HashMap<>();
        Map<Integer, Result> results = new HashMap<>();
        for (int i = 0; i < unanswered.size(); i++) {
            Acknowledgement acknowledgement = device.client().acknowledgement(Packet.PUBACK);
            acknowledgements.put(acknowledgement.packetId(), acknowledgement);
        }
        while (results.size() < unanswered.size()) {
            Result result = Result.parse(device.client().message().text());
            if (result.packetId() != abandoned) {
                results.put(result.packetId(), result);
            }
        }
        unanswered.forEach((packetId, command) -> {
            Result result = results.get(packetId);
            String what = clientId + " " + command.command() + ": " + result;
            assertEquals(what, form.topic(command.command()), result.topic());
            assertEquals(what, command.answer(), new Answer(result.code(), result.token(), result.view()));
            assertEquals(what, result.code(), acknowledgements.get(packetId).code());
        });
        unanswered.clear();
    }

    /** Asks for the status of every transfer, and goes. */
    void close() throws IOException {
        drain();
        for (RandomTransfer transfer : transfers) {
            send(transfer.status(), 0);
            drain();
        }
        device.close();
    }
}
