// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

/**
 * What a subscription asks for beside its filter (section 3.8.3.1).
 *
 * @param maximumQos of the messages that are delivered
 * @param noLocal whether the client's own messages are left out
 * @param retainAsPublished whether the retain flag is delivered as it was published
 */
public record SubscriptionOptions(
        Qos maximumQos, boolean noLocal, boolean retainAsPublished, RetainHandling retainHandling) {

    /** When retained messages are sent for a SUBSCRIBE. */
    public enum RetainHandling {
        SEND,
        SEND_IF_NEW,
        DO_NOT_SEND
    }

    /** The options of a subscription before MQTT 5. */
    public static SubscriptionOptions of(Qos maximumQos) {
        return new SubscriptionOptions(maximumQos, false, false, RetainHandling.SEND);
    }

    /** What a bridge to another broker needs: messages do not come back, and retain flags are as they were published. */
    public SubscriptionOptions forBridge() {
        return new SubscriptionOptions(maximumQos, true, true, retainHandling);
    }
}
