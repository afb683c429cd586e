// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

/** One name and value of an application's own; a packet may carry many, in order and with names repeated. */
public record UserProperty(String name, String value) {

    public UserProperty {
        Utf8.requireValid(name, ReasonCode.MALFORMED_PACKET);
        Utf8.requireValid(value, ReasonCode.MALFORMED_PACKET);
    }
}
