// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;

import io.amphora.itests.Commands;
import io.amphora.itests.DeliveredFiles;
import io.amphora.itests.Mqtt3Commands;
import io.amphora.itests.Mqtt5Commands;
import io.amphora.itests.SentFile;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerSuite;

/** Somebody else's client uploads a large file in many segments to the exporter that ships. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public class FilesAreUploaded {

    private static final int SIZE = 64 << 20;
    private static final int SEGMENT = 64 << 10;

    /** Comes last of all. */
    @Inject
    private BootFinished booted;

    @Configuration
    public Option[] container() {
        return Container.options();
    }

    @Before
    public void everythingIsThere() {
        assertNotNull(booted);
    }

    @Test
    public void overMqtt5() throws Exception {
        SentFile file = new SentFile("camera-5", "f5", "large 5.bin", SIZE, 5);
        try (Commands client = new Mqtt5Commands(Inside.url(), file.clientId())) {
            upload(client, file);
        }
    }

    @Test
    public void overMqtt311() throws Exception {
        SentFile file = new SentFile("camera-3", "f3", "large 3.bin", SIZE, 3);
        try (Commands client = new Mqtt3Commands(Inside.url(), file.clientId())) {
            upload(client, file);
        }
    }

    private static void upload(Commands client, SentFile file) throws Exception {
        client.sendBytes(file, SEGMENT);
        assertEquals("fin", 0, client.finish(file));
        new DeliveredFiles(Inside.data("exports")).assertHolds(file);
    }
}
