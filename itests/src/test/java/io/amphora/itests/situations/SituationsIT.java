// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.situations;

import org.junit.ClassRule;
import org.junit.runner.RunWith;
import org.junit.runners.Suite;

/** Every situation that the contract speaks of, on one broker. */
@RunWith(Suite.class)
@Suite.SuiteClasses({
    CommandSituations.class,
    SegmentSituations.class,
    FinSituations.class,
    BrokerSituations.class,
    CommandsOverMqtt.class,
    CommandsAndSubscribers.class,
    Repetitions.class,
    RandomClients.class
})
public final class SituationsIT {

    @ClassRule
    public static final SharedBroker BROKER = new SharedBroker();
}
