// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.situations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import io.amphora.itests.DeliveredFiles;
import io.amphora.itests.wire.Body;
import io.amphora.itests.wire.Packet;
import io.amphora.transfer.Sha256;
import io.amphora.transfer.TransferId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.ClassRule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** Situations 1 to 6: what is a command, and what it may hold. */
@RunWith(Parameterized.class)
public final class CommandSituations {

    @ClassRule
    public static final SharedBroker BROKER = new SharedBroker();

    private static final String META = "{\"name\":\"n\"}";

    private final Form form;

    public CommandSituations(Form form) {
        this.form = form;
    }

    @Parameterized.Parameters(name = "{0}")
    public static Form[] forms() {
        return Form.values();
    }

    private Device device(String clientId) throws IOException {
        return BROKER.device(clientId + form, form);
    }

    @Test
    public void situation01WithoutASlashItIsAnOrdinaryTopic() throws Exception {
        String topic = form.topic("").replaceFirst("/$", "");
        try (Device device = device("s01")) {
            assertEquals(1, device.client().subscribe(device.nextPacketId(), topic));
            device.client().publish(Device.QOS_1, 9, topic, new Body(), "hello".getBytes(UTF_8));
            assertEquals(0, device.client().acknowledgement(Packet.PUBACK).code());
            Packet.Message message = device.client().message();
            assertEquals(topic, message.topic());
            assertEquals("hello", message.text());
        }
    }

    @Test
    public void situation02WhatIsNoCommandIsRefused() throws Exception {
        try (Device device = device("s02")) {
            device.refused(0x83, "invalid_fileid", "", "");
            device.refused(0x83, "invalid_fileid", "/init", META);
            for (String command :
                    List.of("x", "x/", "x/y/z/w", "x/0/", "x/init/y", "x/abort/", "x/status/y", "x/fin")) {
                String token = command.equals("x/0/") ? "invalid_checksum" : "invalid_file_command";
                device.refused(0x83, token, command, META);
            }
            for (String number : List.of("y", "-1", "1.0", "0x1", "1 ", "٣", "9223372036854775808", "1e3")) {
                device.refused(0x83, "invalid_offset", "x/" + number, "");
                device.refused(0x83, "invalid_size", "x/fin/" + number, "");
            }
            device.refused(0x83, "invalid_size", "x/fin/", "");
            device.refused(0x83, "invalid_offset", "x/9223372036854775807", "b");
            device.refused(0x83, "invalid_file_command", "x/fin/1/2/3", "");
        }
    }

    @Test
    public void situation03AChecksumHas64HexDigits() throws Exception {
        try (Device device = device("s03")) {
            device.init("f", "n");
            for (String checksum : List.of("0", "0".repeat(63), "0".repeat(65), "g".repeat(64), " ".repeat(64))) {
                device.refused(0x83, "invalid_checksum", "f/0/" + checksum, "x");
                device.refused(0x83, "invalid_checksum", "f/fin/1/" + checksum, "");
            }
            assertEquals("\"state\":\"receiving\",\"received\":[]", device.status("f"));
        }
    }

    @Test
    public void situation04InitIsAJsonObjectWithAName() throws Exception {
        try (Device device = device("s04")) {
            for (String text : List.of("", "name", "{\"name\":\"n\"", "{\"name\":\"n\"} x", "{'name':'n'}", "\u0000")) {
                device.refused(0x83, "invalid_filemeta_json", "f/init", text);
            }
            String tooDeep = "{\"name\":\"n\",\"user_data\":" + "[".repeat(32) + "]".repeat(32) + "}";
            String tooLong = "{\"name\":\"n\",\"user_data\":\"" + "x".repeat(64 << 10) + "\"}";
            device.refused(0x83, "invalid_filemeta_json", "f/init", tooDeep);
            device.refused(0x83, "invalid_filemeta_json", "f/init", tooLong);
            for (String members : List.of(
                    "",
                    "\"size\":1",
                    "\"name\":1",
                    "\"name\":null",
                    "\"name\":\"n\",\"size\":\"1\"",
                    "\"name\":\"n\",\"size\":-1",
                    "\"name\":\"n\",\"size\":1.5",
                    "\"name\":\"n\",\"size\":9223372036854775808",
                    "\"name\":\"n\",\"checksum\":\"abc\"",
                    "\"name\":\"n\",\"expire_at\":\"soon\"",
                    "\"name\":\"n\",\"segments_ttl\":true")) {
                device.refused(0x83, "invalid_filemeta", "f/init", "{" + members + "}");
            }
            device.refused(0x10, "unknown_transfer", "f/status", "");
            device.ok("f/init", " {\"name\":\"n\",\"what\":[{}],\"user_data\":{\"a\":[1,null]}} ");
        }
    }

    @Test
    public void situation05ANameIsOneSafeLevelOfAPath() throws Exception {
        try (Device device = device("s05")) {
            String tooLong = "é".repeat(120) + "x";
            for (String name :
                    List.of("", ".", "..", "a/b", "/", "a\\\\b", "a:b", "a\\u0000b", "a\\nb", "\\u007f", tooLong)) {
                device.refused(0x83, "invalid_filename", "f/init", "{\"name\":\"" + name + "\"}");
            }
            List<String> names = List.of("146%", "🌚", "中文.txt", "...", "é".repeat(120), "a b", "-rf", "~");
            for (String name : names) {
                String fileId = "f" + names.indexOf(name);
                device.init(fileId, name);
                device.ok(fileId + "/0", name);
                device.ok(fileId + "/fin/" + name.getBytes(UTF_8).length, "");
                assertEquals(name, new String(BROKER.delivered(device.clientId(), fileId, name), UTF_8));
            }
        }
    }

    @Test
    public void situation06AnyIdStaysInsideItsOwnDirectory() throws Exception {
        Set<String> before = topLevel();
        int files = BROKER.exports().all().size();
        List<String> clientIds =
                List.of(".", "..", "../..", "../../../tmp", "/etc/passwd", "🌚", "a\\b", "L".repeat(65_000));
        for (String clientId : clientIds) {
            upload(form == Form.SYNCHRONOUS ? clientId : clientId + "/", "f");
        }
        List<String> fileIds = List.of(".", "..", "%2e%2e", "$file", "init", "🌚", " ", "~", "L".repeat(65_000));
        for (String fileId : fileIds) {
            upload("s06" + form, fileId);
        }

        assertEquals(before, topLevel());
        assertEquals(
                files + clientIds.size() + fileIds.size(),
                BROKER.exports().all().size());
    }

    private void upload(String clientId, String fileId) throws IOException {
        byte[] bytes = Sha256.digestOf(ByteBuffer.wrap((clientId + "/" + fileId).getBytes(UTF_8)))
                .bytes();
        try (Device device = BROKER.device(clientId, form)) {
            device.init(fileId, "n");
            device.ok(fileId + "/0", bytes);
            device.ok(fileId + "/fin/" + bytes.length, "");
        }
        String key = new TransferId(clientId, fileId).key().hex();
        Path own =
                BROKER.amphora().exports().resolve(Path.of(key.substring(0, 2), key.substring(2, 4), key.substring(4)));
        List<Path> delivered = new DeliveredFiles(own).all();
        assertEquals(delivered.toString(), 1, delivered.size());
        assertEquals(
                "{client}/{file}/{name}", 3, own.relativize(delivered.get(0)).getNameCount());
        assertArrayEquals(bytes, Files.readAllBytes(delivered.get(0)));
    }

    private static Set<String> topLevel() throws IOException {
        try (Stream<Path> entries = Files.list(BROKER.amphora().data())) {
            return entries.map(Path::toString).collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
