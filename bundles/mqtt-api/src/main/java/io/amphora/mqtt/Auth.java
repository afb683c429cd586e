// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * An AUTH of MQTT 5, in either direction: one step of enhanced authentication (section 4.12).
 *
 * @param reasonCode {@link ReasonCode#CONTINUE_AUTHENTICATION}; from a client also {@link ReasonCode#RE_AUTHENTICATE},
 *     from the broker also {@link ReasonCode#SUCCESS}
 * @param method name of the authentication method
 * @param data read-only; never logged
 */
public record Auth(ReasonCode reasonCode, String method, Optional<ByteBuffer> data, List<UserProperty> userProperties)
        implements ServerPacket {

    public Auth {
        userProperties = List.copyOf(userProperties);
        data = data.map(ByteBuffer::asReadOnlyBuffer);
    }

    /** Without the data. */
    @Override
    public String toString() {
        return "Auth[" + reasonCode + ", method=" + method + "]";
    }
}
