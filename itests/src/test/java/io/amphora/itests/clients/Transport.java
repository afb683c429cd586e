// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.clients;

import java.io.IOException;

/** What MQTT travels in. */
enum Transport {
    TCP,
    WEB_SOCKET;

    int port() throws IOException {
        return this == TCP ? ClientsIT.amphora().port() : ClientsIT.amphora().webSocketPort();
    }

    /** As Paho and MQTT.js write it. */
    String url(String tcpScheme) throws IOException {
        String address = ClientsIT.amphora().host() + ":" + port();
        return this == TCP ? tcpScheme + "://" + address : "ws://" + address + "/mqtt";
    }
}
