// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import io.amphora.itests.RunningAmphora;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import org.junit.ClassRule;
import org.junit.rules.ExternalResource;
import org.junit.rules.RuleChain;
import org.junit.rules.TemporaryFolder;
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

    private static final TemporaryFolder FOLDER = new TemporaryFolder();
    private static RunningAmphora amphora;

    @ClassRule
    public static final RuleChain BROKER = RuleChain.outerRule(FOLDER).around(new ExternalResource() {
        @Override
        protected void before() throws Exception {
            amphora = RunningAmphora.start(FOLDER.newFolder("data").toPath());
        }

        @Override
        protected void after() {
            try {
                amphora.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    });

    static RunningAmphora amphora() {
        return amphora;
    }

    static InetSocketAddress address() throws IOException {
        return new InetSocketAddress(amphora.host(), amphora.port());
    }

    static InetSocketAddress webSocketAddress() throws IOException {
        return new InetSocketAddress(amphora.host(), amphora.webSocketPort());
    }
}
