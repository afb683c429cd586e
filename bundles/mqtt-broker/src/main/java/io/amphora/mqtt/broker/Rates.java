// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

/**
 * How fast clients may be. Immutable.
 *
 * @param publishedMessages of one client in a second; 0 is any number
 * @param publishedBytes of payload of one client in a second; 0 is any number
 * @param connections of one address in a second; 0 is any number
 */
record Rates(int publishedMessages, long publishedBytes, int connections) {

    static final Rates UNLIMITED = new Rates(0, 0, 0);

    Rates {
        BrokerSettings.require("publish_rate", publishedMessages, 0, Integer.MAX_VALUE);
        BrokerSettings.require("publish_bytes_rate", publishedBytes, 0, Long.MAX_VALUE);
        BrokerSettings.require("connection_rate", connections, 0, Integer.MAX_VALUE);
    }
}
