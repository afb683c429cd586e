// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Somebody else's client uploads a large file in many segments, with the settings that ship. */
public class FilesAreUploadedIT {

    private static final int SIZE = 64 << 20;
    private static final int SEGMENT = 64 << 10;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private RunningAmphora amphora;

    @Before
    public void start() throws Exception {
        amphora = RunningAmphora.start(Path.of(folder.getRoot().getPath(), "data"));
    }

    @After
    public void stop() throws Exception {
        amphora.close();
    }

    @Test
    public void overMqtt5WithResultsInThePubacks() throws Exception {
        SentFile file = new SentFile("camera5", "f5", "large 5.bin", SIZE, 5);
        try (Commands client = new Mqtt5Commands(url(), file.clientId())) {
            upload(client, file);
        }
    }

    @Test
    public void overMqtt311WithResultsOnTheResponseTopic() throws Exception {
        SentFile file = new SentFile("camera3", "f3", "large 3.bin", SIZE, 3);
        try (Commands client = new Mqtt3Commands(url(), file.clientId())) {
            upload(client, file);
        }
    }

    private String url() throws Exception {
        return "tcp://" + amphora.host() + ":" + amphora.port();
    }

    private void upload(Commands client, SentFile file) throws Exception {
        DeliveredFiles exports = new DeliveredFiles(amphora.exports());
        client.sendBytes(file, SEGMENT);
        assertEquals("fin", 0, client.finish(file));
        exports.assertHolds(file);
        assertEquals("fin again", 0, client.finish(file));
        assertEquals(List.of(exports.pathOf(file)), exports.all());
    }
}
