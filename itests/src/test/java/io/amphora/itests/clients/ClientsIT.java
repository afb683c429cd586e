// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.clients;

import io.amphora.itests.RunningAmphora;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.ClassRule;
import org.junit.rules.ExternalResource;
import org.junit.rules.RuleChain;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.junit.runners.Suite;

/** All clients, with one broker. */
@RunWith(Suite.class)
@Suite.SuiteClasses({HiveMqClient.class, PahoClients.class, MosquittoClients.class, MosquittoInTls.class, MqttJs.class})
public class ClientsIT {

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
}
