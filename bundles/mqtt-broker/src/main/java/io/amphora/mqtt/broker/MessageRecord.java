// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Message;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.UserProperty;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** How a message stands in a record: flags, topic, properties, payload; strings are a length and UTF-8. Pure. */
final class MessageRecord {

    private static final int QOS = 0x03;
    private static final int RETAIN = 0x04;
    private static final int UTF8 = 0x08;
    private static final int EXPIRY = 0x10;
    private static final int CONTENT_TYPE = 0x20;
    private static final int RESPONSE_TOPIC = 0x40;
    private static final int CORRELATION = 0x80;

    private MessageRecord() {}

    static void write(DataOutputStream out, Message message) throws IOException {
        PublishProperties properties = message.properties();
        out.writeByte(flags(message));
        writeText(out, message.topic().value());
        if (properties.messageExpiry().isPresent()) {
            out.writeLong(properties.messageExpiry().getAsLong());
        }
        if (properties.contentType().isPresent()) {
            writeText(out, properties.contentType().get());
        }
        if (properties.responseTopic().isPresent()) {
            writeText(out, properties.responseTopic().get().value());
        }
        if (properties.correlationData().isPresent()) {
            writeBytes(out, properties.correlationData().get());
        }
        out.writeInt(properties.userProperties().size());
        for (UserProperty property : properties.userProperties()) {
            writeText(out, property.name());
            writeText(out, property.value());
        }
        writeBytes(out, message.payload());
    }

    private static int flags(Message message) {
        PublishProperties properties = message.properties();
        return message.qos().level()
                | (message.retain() ? RETAIN : 0)
                | (properties.payloadIsUtf8() ? UTF8 : 0)
                | (properties.messageExpiry().isPresent() ? EXPIRY : 0)
                | (properties.contentType().isPresent() ? CONTENT_TYPE : 0)
                | (properties.responseTopic().isPresent() ? RESPONSE_TOPIC : 0)
                | (properties.correlationData().isPresent() ? CORRELATION : 0);
    }

    static Message read(ByteBuffer in) {
        int flags = in.get() & 0xFF;
        TopicName topic = new TopicName(readText(in));
        OptionalLong expiry = has(flags, EXPIRY) ? OptionalLong.of(in.getLong()) : OptionalLong.empty();
        Optional<String> contentType = has(flags, CONTENT_TYPE) ? Optional.of(readText(in)) : Optional.empty();
        Optional<TopicName> responseTopic =
                has(flags, RESPONSE_TOPIC) ? Optional.of(new TopicName(readText(in))) : Optional.empty();
        Optional<ByteBuffer> correlation = has(flags, CORRELATION) ? Optional.of(readBytes(in)) : Optional.empty();
        List<UserProperty> user = readUserProperties(in);
        PublishProperties properties = (flags & ~(QOS | RETAIN)) == 0 && user.isEmpty()
                ? PublishProperties.NONE
                : new PublishProperties(has(flags, UTF8), expiry, contentType, responseTopic, correlation, user);
        return new Message(topic, readBytes(in), Qos.of(flags & QOS), has(flags, RETAIN), properties);
    }

    private static List<UserProperty> readUserProperties(ByteBuffer in) {
        int count = in.getInt();
        if (count == 0) {
            return List.of();
        }
        List<UserProperty> user = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            user.add(new UserProperty(readText(in), readText(in)));
        }
        return user;
    }

    private static boolean has(int flags, int bit) {
        return (flags & bit) != 0;
    }

    static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static String readText(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void writeBytes(DataOutputStream out, ByteBuffer value) throws IOException {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** Bytes of its own. */
    private static ByteBuffer readBytes(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return ByteBuffer.wrap(bytes);
    }
}
