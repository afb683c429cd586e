// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.Auth;
import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.Connack;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.MqttVersion;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ReasonCode;
import io.amphora.mqtt.ServerPacket;
import io.amphora.mqtt.Suback;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.Unsuback;
import io.amphora.mqtt.UserProperty;
import io.amphora.mqtt.netty.Encoded;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.Test;

/** The size that the broker computes is that of the bytes which the listener writes, whatever the packet holds. */
public final class PacketSizeTest {

    private static final int ROUNDS = 20_000;
    private static final String[] LETTERS = {"a", "/", "\u00e9", "\u20ac", "\ud83d\udce1", "\u07ff", "\u0800"};

    /** Around these the lengths of lengths change. */
    private static final int[] EDGES = {0, 1, 100, 118, 127, 128, 16_370, 16_383, 16_384, 60_000};

    private final Random random = new Random(1);
    private final Encoded encoded = new Encoded(MqttVersion.V5);

    private String text(int most) {
        int letters = random.nextInt(most) + 1;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < letters; i++) {
            text.append(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return text.toString();
    }

    private <T> Optional<T> maybe(Supplier<T> value) {
        return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
    }

    private OptionalInt maybeInt() {
        return random.nextBoolean() ? OptionalInt.of(random.nextInt(65_536)) : OptionalInt.empty();
    }

    private OptionalLong maybeLong() {
        return random.nextBoolean() ? OptionalLong.of(random.nextLong(1L << 32)) : OptionalLong.empty();
    }

    private ByteBuffer bytes() {
        int around = EDGES[random.nextInt(EDGES.length)] - random.nextInt(40);
        return ByteBuffer.allocate(Math.max(0, around));
    }

    private List<UserProperty> pairs() {
        List<UserProperty> pairs = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            pairs.add(new UserProperty(text(9), text(60)));
        }
        return pairs;
    }

    private PublishProperties properties() {
        return random.nextInt(4) == 0
                ? PublishProperties.NONE
                : new PublishProperties(
                        random.nextBoolean(),
                        maybeLong(),
                        maybe(() -> text(9)),
                        maybe(() -> new TopicName(text(9))),
                        maybe(this::bytes),
                        pairs());
    }

    private OutboundPublish publish() {
        Qos qos = Qos.of(random.nextInt(3));
        Message message = new Message(new TopicName(text(50)), bytes(), qos, false, properties());
        List<Integer> identifiers = random.ints(random.nextInt(3), 1, 268_435_456)
                .map(identifier -> identifier >> random.nextInt(28))
                .map(identifier -> Math.max(1, identifier))
                .boxed()
                .toList();
        OutboundPublish packet = new OutboundPublish(
                message,
                qos,
                random.nextBoolean(),
                false,
                qos == Qos.AT_MOST_ONCE ? 0 : 1 + random.nextInt(65_535),
                identifiers);
        return random.nextBoolean() ? packet : packet.withAlias(1 + random.nextInt(65_535), random.nextBoolean());
    }

    private Acknowledgement acknowledgement() {
        Acknowledgement.Type[] types = Acknowledgement.Type.values();
        ReasonCode code = random.nextBoolean() ? ReasonCode.SUCCESS : ReasonCode.QUOTA_EXCEEDED;
        return new Acknowledgement(
                types[random.nextInt(types.length)], 1 + random.nextInt(65_535), code, maybe(() -> text(60)));
    }

    private Connack connack() {
        return new Connack(
                random.nextBoolean(),
                random.nextBoolean() ? ReasonCode.SUCCESS : ReasonCode.SERVER_MOVED,
                maybe(() -> random.nextBoolean() ? "" : text(60)),
                maybe(() -> new ClientId(text(20))),
                maybeInt(),
                maybeLong(),
                maybeInt(),
                maybeInt(),
                maybeInt(),
                maybe(() -> text(30)),
                maybe(() -> text(30)),
                maybe(() -> text(30)),
                maybe(this::bytes));
    }

    private void check(ServerPacket packet, long size) {
        assertEquals(packet.toString(), encoded.size(packet), size);
    }

    @Test
    public void ofPublish() {
        for (int i = 0; i < ROUNDS; i++) {
            OutboundPublish packet = publish();
            check(packet, PacketSize.of(packet));
        }
    }

    @Test
    public void ofAcknowledgements() {
        for (int i = 0; i < ROUNDS; i++) {
            Acknowledgement packet = acknowledgement();
            check(packet, PacketSize.of(packet));
        }
    }

    @Test
    public void ofConnack() {
        for (int i = 0; i < ROUNDS; i++) {
            Connack packet = connack();
            check(packet, PacketSize.of(packet));
        }
    }

    @Test
    public void ofAuth() {
        for (int i = 0; i < ROUNDS; i++) {
            Auth packet = new Auth(ReasonCode.CONTINUE_AUTHENTICATION, text(60), maybe(this::bytes), List.of());
            check(packet, PacketSize.ofAuth(packet.method(), packet.data()));
        }
    }

    @Test
    public void ofSubackAndUnsuback() {
        for (int count = 1; count < 300; count++) {
            List<ReasonCode> codes = List.copyOf(Collections.nCopies(count, ReasonCode.TOPIC_FILTER_INVALID));
            check(new Suback(1, codes), PacketSize.ofAnswers(count));
            check(new Unsuback(1, codes), PacketSize.ofAnswers(count));
        }
    }
}
