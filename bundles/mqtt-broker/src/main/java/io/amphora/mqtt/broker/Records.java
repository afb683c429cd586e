// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.SubscriptionOptions;
import io.amphora.mqtt.SubscriptionOptions.RetainHandling;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.Will;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What stands in the records of the session store. Pure. */
final class Records {

    /** The form of all records; another one needs a migration. */
    static final int SCHEMA = 1;

    /** Stored by their place. */
    private static final List<RetainHandling> RETAIN_HANDLING =
            List.of(RetainHandling.SEND, RetainHandling.SEND_IF_NEW, RetainHandling.DO_NOT_SEND);

    private Records() {}

    /**
     * The form of all records, and the broker's time.
     *
     * @param reading of the clocks; at the end, where earlier records have nothing
     */
    record OfSchema(int version, Optional<BrokerClock.Reading> reading) {

        OfSchema(Optional<BrokerClock.Reading> reading) {
            this(SCHEMA, reading);
        }

        byte[] bytes() {
            return encode(out -> {
                out.writeByte(version);
                if (reading.isPresent()) {
                    out.writeLong(reading.get().broker());
                    out.writeLong(reading.get().wall());
                }
            });
        }

        static OfSchema read(ByteBuffer in) {
            int version = in.get();
            return new OfSchema(
                    version,
                    in.hasRemaining()
                            ? Optional.of(new BrokerClock.Reading(in.getLong(), in.getLong()))
                            : Optional.empty());
        }
    }

    /**
     * A session.
     *
     * @param expiry seconds that it outlives its connection
     * @param left when that ended, in milliseconds of the broker's clock; 0 while there is one
     * @param will that is to be published if the broker ends before the connection, or that waits for its delay
     */
    record OfSession(ClientId id, long expiry, long left, Optional<Will> will) {

        /** Of a session that has ended, and that messages wait with for others. */
        static OfSession over(ClientId id, long since) {
            return new OfSession(id, 0, Math.max(1, since), Optional.empty());
        }

        boolean isOver() {
            return expiry == 0 && left != 0 && will.isEmpty();
        }

        byte[] bytes() {
            return encode(out -> {
                MessageRecord.writeText(out, id.value());
                out.writeLong(expiry);
                out.writeLong(left);
                out.writeBoolean(will.isPresent());
                if (will.isPresent()) {
                    out.writeLong(will.get().delay());
                    MessageRecord.write(out, will.get().message());
                }
            });
        }

        static OfSession read(ByteBuffer in) {
            return new OfSession(new ClientId(MessageRecord.readText(in)), in.getLong(), in.getLong(), readWill(in));
        }

        private static Optional<Will> readWill(ByteBuffer in) {
            if (in.get() == 0) {
                return Optional.empty();
            }
            long delay = in.getLong();
            return Optional.of(new Will(MessageRecord.read(in), delay));
        }
    }

    /**
     * A subscription.
     *
     * @param retainedAfter topic after which its retained messages go on, if some are left to send; at the end, where
     *     earlier records have nothing
     */
    record OfSubscription(
            TopicFilter filter, SubscriptionOptions options, OptionalInt identifier, Optional<String> retainedAfter) {

        byte[] bytes() {
            return encode(out -> {
                MessageRecord.writeText(out, filter.value());
                out.writeByte(options.maximumQos().level());
                out.writeBoolean(options.noLocal());
                out.writeBoolean(options.retainAsPublished());
                out.writeByte(RETAIN_HANDLING.indexOf(options.retainHandling()));
                out.writeInt(identifier.orElse(0));
                if (retainedAfter.isPresent()) {
                    MessageRecord.writeText(out, retainedAfter.get());
                }
            });
        }

        static OfSubscription read(ByteBuffer in) {
            TopicFilter filter = new TopicFilter(MessageRecord.readText(in));
            SubscriptionOptions options = new SubscriptionOptions(
                    Qos.of(in.get()), in.get() != 0, in.get() != 0, RETAIN_HANDLING.get(in.get()));
            int identifier = in.getInt();
            return new OfSubscription(
                    filter,
                    options,
                    identifier == 0 ? OptionalInt.empty() : OptionalInt.of(identifier),
                    in.hasRemaining() ? Optional.of(MessageRecord.readText(in)) : Optional.empty());
        }
    }

    /**
     * A message.
     *
     * @param arrived milliseconds of the broker's clock
     */
    record OfMessage(Message message, long arrived) {

        byte[] bytes() {
            return encode(this::write);
        }

        private void write(DataOutputStream out) throws IOException {
            out.writeLong(arrived);
            MessageRecord.write(out, message);
        }

        static OfMessage read(ByteBuffer in) {
            long arrived = in.getLong();
            return new OfMessage(MessageRecord.read(in), arrived);
        }
    }

    /**
     * A message that waits for a session.
     *
     * @param message unless it has a record of its own
     * @param group filter of the shared subscription that it came by; at the end, where earlier records have nothing
     */
    record OfQueued(
            Qos qos,
            boolean retain,
            List<Integer> subscriptionIdentifiers,
            Optional<OfMessage> message,
            Optional<String> group) {

        byte[] bytes() {
            return encode(out -> {
                out.writeByte(qos.level());
                out.writeBoolean(retain);
                out.writeInt(subscriptionIdentifiers.size());
                for (int identifier : subscriptionIdentifiers) {
                    out.writeInt(identifier);
                }
                out.writeBoolean(message.isPresent());
                if (message.isPresent()) {
                    message.get().write(out);
                }
                if (group.isPresent()) {
                    MessageRecord.writeText(out, group.get());
                }
            });
        }

        static OfQueued read(ByteBuffer in) {
            Qos qos = Qos.of(in.get());
            boolean retain = in.get() != 0;
            List<Integer> identifiers = readIdentifiers(in);
            Optional<OfMessage> message = in.get() == 0 ? Optional.empty() : Optional.of(OfMessage.read(in));
            Optional<String> group = in.hasRemaining() ? Optional.of(MessageRecord.readText(in)) : Optional.empty();
            return new OfQueued(qos, retain, identifiers, message, group);
        }

        private static List<Integer> readIdentifiers(ByteBuffer in) {
            int count = in.getInt();
            if (count == 0) {
                return List.of();
            }
            List<Integer> identifiers = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                identifiers.add(in.getInt());
            }
            return identifiers;
        }
    }

    /**
     * That a message was sent and is not acknowledged.
     *
     * @param released whether PUBREC has come, so that only PUBREL and PUBCOMP are left
     */
    record OfExchange(int packetId, boolean released) {

        byte[] bytes() {
            return encode(out -> {
                out.writeShort(packetId);
                out.writeBoolean(released);
            });
        }

        static OfExchange read(ByteBuffer in) {
            return new OfExchange(in.getShort() & 0xFFFF, in.get() != 0);
        }
    }

    private interface Writer {

        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] encode(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            writer.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail to be written
        }
        return bytes.toByteArray();
    }
}
