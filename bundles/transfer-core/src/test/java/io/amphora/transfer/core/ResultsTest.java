// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static io.amphora.transfer.core.FileTransferFixture.await;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Message;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.PublishResult;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.Test;

/** How a client is told what became of its commands. */
public final class ResultsTest extends FileTransferCase {

    @Test
    public void statusTellsWhatHasArrived() {
        ok("$file/f/init", "{\"name\":\"n\",\"size\":9}");
        ok("$file/f/0", "abc");
        ok("$file/f/6", "ghi");
        PublishResult result = broker.send("$file/f/status", "");

        assertEquals(
                "{\"state\":\"receiving\",\"size\":9,\"received\":[[0,3],[6,9]]}",
                result.reason().get());
        assertTrue(
                broker.publisher.last(),
                broker.publisher.last().endsWith("\"state\":\"receiving\",\"size\":9,\"received\":[[0,3],[6,9]]}"));
    }

    @Test
    public void everyResultIsAlsoPublished() {
        broker.send("$file-async/f1/init", "{\"name\":\"n\"}");

        Message message = broker.publisher.messages.get(0);
        assertEquals("$file-response/c1", message.topic().value());
        assertEquals(
                "{\"vsn\":\"0.1\",\"topic\":\"$file-async/f1/init\",\"packet_id\":1,\"reason_code\":0,"
                        + "\"reason_description\":\"success\"}",
                broker.publisher.last());
    }

    @Test
    public void aResponseTopicAndItsCorrelationDataAreUsed() {
        ByteBuffer correlation = ByteBuffer.wrap(new byte[] {1, 2});
        PublishProperties asked = new PublishProperties(
                false,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.of(new TopicName("my/answers")),
                Optional.of(correlation),
                List.of());
        await(broker.publish("$file/x", "", asked));

        Message message = broker.publisher.messages.get(0);
        assertEquals("my/answers", message.topic().value());
        assertEquals(correlation, message.properties().correlationData().get());
        assertTrue(broker.publisher.last().contains("\"reason_description\":\"invalid_file_command\",\"detail\":"));
    }
}
