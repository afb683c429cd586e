// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import io.amphora.mqtt.ClientInfo;
import io.amphora.mqtt.TopicFilter;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.Authorizer;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Component;

/**
 * Results are for the client whose command it was: nobody else may read them, and nobody may forge them. Any other
 * authorizer ranks higher and may say otherwise. Thread-safe.
 */
@Component(property = Constants.SERVICE_RANKING + ":Integer=-1000")
public final class ResponseTopicAuthorizer implements Authorizer {

    @Override
    public Decision mayPublish(ClientInfo client, TopicName topic) {
        return ResponseTopics.contain(topic.value()) ? Decision.DENY : Decision.ABSTAIN;
    }

    @Override
    public Decision maySubscribe(ClientInfo client, TopicFilter filter) {
        if (!ResponseTopics.contain(filter.pattern())) {
            return Decision.ABSTAIN;
        }
        boolean own = !filter.hasWildcard()
                && filter.pattern().equals(ResponseTopics.of(client.id().value()));
        return own ? Decision.ABSTAIN : Decision.DENY;
    }
}
