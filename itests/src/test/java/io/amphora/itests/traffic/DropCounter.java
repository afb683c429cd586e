// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a broker says in {@code $SYS} of the messages that it dropped. Confined to the thread of its loop. */
final class DropCounter extends Connection {

    private static final String TOPIC = "$SYS/broker/publish/messages/dropped";

    /** Two reports, where one is made each second. */
    private static final long REPORTS_MILLIS = 2_500;

    private double dropped = Double.NaN;

    private DropCounter(EventLoop loop) {
        super(loop, "drop-counter", true, 1_024, 1_024);
    }

    /** Messages that were dropped since the broker's start; NaN if it does not say. */
    static double read(InetSocketAddress server) throws Exception {
        EventLoop loop = new EventLoop("drop counter");
        DropCounter counter = new DropCounter(loop);
        Opening.run(loop, server, List.of(counter));
        TimeUnit.MILLISECONDS.sleep(REPORTS_MILLIS);
        double dropped = loop.call(() -> {
            counter.close();
            return counter.dropped;
        });
        loop.close();
        return dropped;
    }

    @Override
    protected void accepted() {
        writeSubscribe(TOPIC, 0);
    }

    @Override
    protected void packet(int firstByte, ByteBuffer body) throws IOException {
        if (firstByte >> 4 == 3) {
            int topic = body.getShort();
            body.position(body.position() + topic);
            dropped = Double.parseDouble(UTF_8.decode(body).toString());
        }
    }
}
