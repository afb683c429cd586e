// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import io.amphora.itests.OneAmphora;
import io.amphora.itests.RunningAmphora;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.ClassRule;
import org.junit.runner.RunWith;
import org.junit.runners.Suite;

/** All dialogues, with one broker. */
@RunWith(Suite.class)
@Suite.SuiteClasses({
    ConnectDialogues.class,
    SessionDialogues.class,
    WillDialogues.class,
    PublishDialogues.class,
    PropertyDialogues.class,
    RetainDialogues.class,
    SubscribeDialogues.class,
    UnsubscribeDialogues.class,
    QosDialogues.class,
    FlowDialogues.class,
    TopicDialogues.class,
    SharedDialogues.class,
    ErrorDialogues.class,
    WebSocketDialogues.class,
    AuthDialogues.class
})
public class ConformanceIT {

    @ClassRule
    public static final OneAmphora AMPHORA = new OneAmphora();

    static RunningAmphora amphora() {
        return AMPHORA.running();
    }

    static InetSocketAddress address() throws IOException {
        return new InetSocketAddress(amphora().host(), amphora().port());
    }

    static InetSocketAddress webSocketAddress() throws IOException {
        return new InetSocketAddress(amphora().host(), amphora().webSocketPort());
    }
}
