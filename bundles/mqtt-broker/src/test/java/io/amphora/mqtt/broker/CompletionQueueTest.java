// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Publish;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.PublishResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

public final class CompletionQueueTest {

    private final CompletionQueue queue = new CompletionQueue();

    private static CompletionQueue.Completion completion(int bytes) {
        Publish packet = new Publish(
                new TopicName("t"), ByteBuffer.allocate(0), Qos.AT_MOST_ONCE, false, false, 0, PublishProperties.NONE);
        return new CompletionQueue.Completion(packet, bytes, PublishResult.SUCCESS);
    }

    private List<Long> drain() {
        List<Long> drained = new ArrayList<>();
        queue.drain(each -> drained.add(each.bytes()));
        return drained;
    }

    @Test
    public void onlyTheFirstOfABatchWakes() {
        assertTrue(queue.add(completion(1)));
        assertFalse(queue.add(completion(2)));
        assertFalse(queue.add(completion(3)));
        assertEquals(List.of(1L, 2L, 3L), drain());
        assertEquals(List.of(), drain());
        assertTrue(queue.add(completion(4)));
    }
}
