// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import java.util.List;
import java.util.OptionalInt;

/**
 * A SUBSCRIBE.
 *
 * @param requests at least one [MQTT-3.8.3-2]
 * @param subscriptionIdentifier 1 to 268,435,455
 */
public record Subscribe(int packetId, List<Request> requests, OptionalInt subscriptionIdentifier) {

    /**
     * One filter and its options.
     *
     * @param filter as sent; it may prove to be no {@link TopicFilter}, which refuses this request alone
     */
    public record Request(String filter, SubscriptionOptions options) {}

    /** @throws MqttProtocolException for no request or packet identifier 0 */
    public Subscribe {
        requests = List.copyOf(requests);
        if (requests.isEmpty()) {
            throw new MqttProtocolException(ReasonCode.PROTOCOL_ERROR, "SUBSCRIBE without a topic filter");
        }
        if (packetId == 0) {
            throw new MqttProtocolException(ReasonCode.MALFORMED_PACKET, "SUBSCRIBE with packet identifier 0");
        }
    }
}
