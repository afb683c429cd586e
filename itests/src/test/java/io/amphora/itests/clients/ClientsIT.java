// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.clients;

import io.amphora.itests.OneAmphora;
import io.amphora.itests.RunningAmphora;
import org.junit.ClassRule;
import org.junit.runner.RunWith;
import org.junit.runners.Suite;

/** All clients, with one broker. */
@RunWith(Suite.class)
@Suite.SuiteClasses({HiveMqClient.class, PahoClients.class, MosquittoClients.class, MosquittoInTls.class, MqttJs.class})
public class ClientsIT {

    @ClassRule
    public static final OneAmphora AMPHORA = new OneAmphora();

    static RunningAmphora amphora() {
        return AMPHORA.running();
    }
}
