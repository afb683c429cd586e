// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.situations;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.amphora.itests.SentFile;
import io.amphora.itests.situations.TransferModel.Answer;
import io.amphora.itests.situations.TransferModel.Meta;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A client that does anything to one transfer, and knows what it has to be told. Not thread-safe. */
final class RandomTransfer {

    /**
     * A command and its answer.
     *
     * @param command the topic behind the prefix
     */
    record Command(String command, ByteBuffer payload, Answer answer) {}

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int LONGEST = 900;

    private static final List<Meta> METAS = List.of(
            new Meta("{\"name\":\"n\"}", Optional.empty()),
            new Meta("{\"name\":\"n\",\"user_data\":[1]}", Optional.empty()),
            checked(SentFile.sha256(new byte[LONGEST])));

    private final String fileId;
    private final Random random;
    private final TransferModel model = new TransferModel();

    RandomTransfer(String fileId, Random random) {
        this.fileId = fileId;
        this.random = random;
    }

    private static Meta checked(String checksum) {
        return new Meta("{\"name\":\"n\",\"checksum\":\"" + checksum + "\"}", Optional.of(checksum));
    }

    String fileId() {
        return fileId;
    }

    TransferModel model() {
        return model;
    }

    /** The next command; the model has seen it. */
    Command next() {
        int die = random.nextInt(100);
        if (die < 15) {
            return init();
        } else if (die < 70) {
            return segment();
        } else if (die < 85) {
            return finish();
        } else if (die < 88) {
            return new Command(fileId + "/abort", NOTHING, model.abort());
        } else if (die < 98) {
            return status();
        }
        return new Command(fileId + "/-1", NOTHING, Answer.refused(0x83, "invalid_offset"));
    }

    Command status() {
        return new Command(fileId + "/status", NOTHING, model.status());
    }

    private Command init() {
        Meta meta = METAS.get(random.nextInt(4) == 0 ? random.nextInt(METAS.size()) : 0);
        return new Command(fileId + "/init", UTF_8.encode(meta.json()), model.init(meta));
    }

    /** Follows on what is there, or lies anywhere. */
    private Command segment() {
        int end = model.contiguousEnd();
        boolean follows = random.nextBoolean() && end < TransferModel.MAX_SIZE - LONGEST;
        int offset = follows ? end : random.nextInt(TransferModel.MAX_SIZE - LONGEST);
        byte[] bytes = new byte[random.nextInt(LONGEST)];
        if (random.nextInt(4) > 0) {
            random.nextBytes(bytes);
        }
        Optional<String> checksum = checksum(bytes);
        String topic = fileId + "/" + offset + checksum.map(hex -> "/" + hex).orElse("");
        return new Command(topic, ByteBuffer.wrap(bytes), model.store(offset, bytes, checksum));
    }

    /** Ends where bytes are missing first, or before, or behind. */
    private Command finish() {
        int end = model.content().length;
        int size =
                switch (random.nextInt(6)) {
                    case 0 -> random.nextInt(TransferModel.MAX_SIZE);
                    case 1 -> random.nextInt(end + 1);
                    default -> end;
                };
        Optional<String> checksum = checksum(Arrays.copyOf(model.content(), size));
        String topic = fileId + "/fin/" + size + checksum.map(hex -> "/" + hex).orElse("");
        return new Command(topic, NOTHING, model.finish(size, checksum));
    }

    private Optional<String> checksum(byte[] bytes) {
        return switch (random.nextInt(6)) {
            case 0 -> Optional.of(SentFile.sha256(new byte[] {1}));
            case 1, 2 -> Optional.of(SentFile.sha256(bytes));
            default -> Optional.empty();
        };
    }
}
