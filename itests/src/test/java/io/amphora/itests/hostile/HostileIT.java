// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.hostile;

import io.amphora.itests.OneAmphora;
import io.amphora.itests.RunningAmphora;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.ClassRule;
import org.junit.rules.RuleChain;
import org.junit.rules.TestRule;
import org.junit.runner.RunWith;
import org.junit.runners.Suite;

/** All hostile clients, with one broker. */
@RunWith(Suite.class)
@Suite.SuiteClasses({HostileInput.class, LateConnects.class, RateLimits.class, SlowSubscribers.class})
public class HostileIT {

    private static final OneAmphora AMPHORA = new OneAmphora();

    /** Looks after each test at the process that was there before the first. */
    static final StillServing STILL_SERVING = new StillServing();

    @ClassRule
    public static final TestRule BROKER = RuleChain.outerRule(AMPHORA).around(STILL_SERVING.begun());

    static RunningAmphora amphora() {
        return AMPHORA.running();
    }

    static InetSocketAddress address() throws IOException {
        return new InetSocketAddress(amphora().host(), amphora().port());
    }
}
