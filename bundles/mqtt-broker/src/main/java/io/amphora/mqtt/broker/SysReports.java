// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** When the broker tells about itself, which settings change while it runs. Thread-safe. */
final class SysReports {

    private final SysTopics topics;
    private final ScheduledExecutorService timer;
    private int interval;
    private Future<?> reporting;

    SysReports(SysTopics topics, ScheduledExecutorService timer) {
        this.topics = topics;
        this.timer = timer;
    }

    /** @param seconds between two reports, the first of which comes now; 0 for none, what was told last remains */
    synchronized void every(int seconds) {
        if (seconds == interval) {
            return;
        }
        if (reporting != null) {
            reporting.cancel(false);
        }
        interval = seconds;
        reporting = seconds == 0 ? null : timer.scheduleAtFixedRate(topics::publishOrLog, 0, seconds, TimeUnit.SECONDS);
    }
}
