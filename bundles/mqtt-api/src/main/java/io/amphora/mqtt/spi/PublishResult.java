// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.spi;

import io.amphora.mqtt.ReasonCode;
import java.util.Optional;

/**
 * What a PUBLISH comes to; it stands in PUBACK or PUBREC.
 *
 * @param reason sent to MQTT 5 clients as the reason string
 */
public record PublishResult(ReasonCode reasonCode, Optional<String> reason) {

    public static final PublishResult SUCCESS = new PublishResult(ReasonCode.SUCCESS, Optional.empty());

    public static PublishResult of(ReasonCode reasonCode, String reason) {
        return new PublishResult(reasonCode, Optional.of(reason));
    }
}
