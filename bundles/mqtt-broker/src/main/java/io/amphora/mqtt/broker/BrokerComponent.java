// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.spi.Authenticator;
import io.amphora.mqtt.spi.Authorizer;
import io.amphora.mqtt.spi.Broker;
import io.amphora.mqtt.spi.Connection;
import io.amphora.mqtt.spi.EnhancedAuthenticator;
import io.amphora.mqtt.spi.Link;
import io.amphora.mqtt.spi.PublishHandler;
import io.amphora.mqtt.spi.Traffic;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Opens connections, with the handlers and access rules that are there at the moment. A configuration may demand handlers
 * before any connection is taken: {@code handler.cardinality.minimum = 1}. Thread-safe.
 */
@Component(
        name = "io.amphora.mqtt.broker.connections",
        configurationPid = "io.amphora.mqtt.broker",
        service = Broker.class)
public final class BrokerComponent implements Broker {

    private final Extensions extensions = new Extensions();
    private final MqttBroker broker;

    @Activate
    public BrokerComponent(@Reference BrokerStateComponent state) {
        this(state.state());
    }

    BrokerComponent(BrokerState state) {
        this.broker = new MqttBroker(state, extensions);
    }

    /** The settings are the state's; a change of them closes no connection. */
    @Modified
    void modified() {}

    @Deactivate
    void close() {
        broker.stop();
    }

    @Reference(name = "handler", cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindHandler(PublishHandler handler, Map<String, ?> properties) {
        extensions.handlers().add(handler, properties);
    }

    void unbindHandler(PublishHandler handler) {
        extensions.handlers().remove(handler);
    }

    @Reference(name = "authenticator", cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindAuthenticator(Authenticator authenticator, Map<String, ?> properties) {
        extensions.authenticators().add(authenticator, properties);
    }

    void unbindAuthenticator(Authenticator authenticator) {
        extensions.authenticators().remove(authenticator);
    }

    @Reference(name = "enhanced", cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindEnhanced(EnhancedAuthenticator authenticator, Map<String, ?> properties) {
        extensions.enhanced().add(authenticator, properties);
    }

    void unbindEnhanced(EnhancedAuthenticator authenticator) {
        extensions.enhanced().remove(authenticator);
    }

    @Reference(name = "authorizer", cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindAuthorizer(Authorizer authorizer, Map<String, ?> properties) {
        extensions.authorizers().add(authorizer, properties);
    }

    void unbindAuthorizer(Authorizer authorizer) {
        extensions.authorizers().remove(authorizer);
    }

    @Override
    public Connection open(Link link) {
        return broker.open(link);
    }

    @Override
    public Traffic traffic() {
        return broker.traffic();
    }

    @Override
    public boolean authenticates() {
        return broker.authenticates();
    }
}
