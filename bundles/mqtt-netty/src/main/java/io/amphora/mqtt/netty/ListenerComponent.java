// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.mqtt.spi.Broker;
import io.amphora.mqtt.spi.Listener;
import io.amphora.settings.In;
import io.amphora.settings.Settings;
import io.amphora.settings.Unit;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listener per configuration. Thread-safe. */
@Component(
        name = "io.amphora.mqtt.listener",
        configurationPid = "io.amphora.mqtt.listener",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true,
        service = Listener.class)
@Designate(ocd = ListenerComponent.Config.class, factory = true)
public final class ListenerComponent implements Listener {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerComponent.class);

    /** The settings of a listener; a change of them closes its connections. */
    @ObjectClassDefinition(name = "Amphora MQTT listener")
    public @interface Config {

        @AttributeDefinition(description = "Name in logs; empty: host:port", required = false)
        String name() default "";

        @AttributeDefinition(description = "Name or address to listen on; one beyond loopback needs an authenticator")
        String host() default "127.0.0.1";

        @AttributeDefinition(description = "TCP port, 0 to 65535; 0: any that is free")
        int port() default 1883;

        @AttributeDefinition(
                description = "What is spoken",
                options = {@Option(label = "MQTT", value = "tcp"), @Option(label = "MQTT in WebSocket", value = "ws")})
        String transport() default "tcp";

        @AttributeDefinition(description = "Path of the WebSocket")
        String path() default "/mqtt";

        @AttributeDefinition(
                description = "Origins of web pages that may connect besides the listener's own, as"
                        + " https://example.org, separated by commas; *: all",
                required = false)
        String[] origins() default {};

        @AttributeDefinition(
                description = "PEM file with the certificate for TLS, read again when it changes; empty: no TLS",
                required = false)
        String tls__certificate() default "";

        @AttributeDefinition(description = "PEM file with its key, without password", required = false)
        String tls__key() default "";

        @AttributeDefinition(
                description = "Whether clients are asked for a certificate",
                options = {
                    @Option(label = "no", value = "none"),
                    @Option(label = "they may do without", value = "optional"),
                    @Option(label = "they need one", value = "required")
                })
        String tls__client__auth() default "none";

        @AttributeDefinition(
                description = "PEM file with the certificates that those of clients have to lead to",
                required = false)
        String tls__client__trust() default "";

        @AttributeDefinition(
                description = "Whether proxies stand in front: every connection has to begin with a PROXY header")
        boolean proxy__protocol() default false;

        @AttributeDefinition(
                description = "Addresses and networks of the proxies, separated by commas; nobody else is let in",
                required = false)
        String[] proxy__addresses() default {"127.0.0.1", "::1"};

        @AttributeDefinition(description = "Bytes of the largest packet that is taken, 1024 to 268435460")
        @In(Unit.BYTES)
        int max__packet__size() default 2_097_152;

        @AttributeDefinition(description = "Seconds that a connection may take until CONNECT")
        @In(Unit.SECONDS)
        int connect__timeout() default 10;

        @AttributeDefinition(
                description = "Seconds without a packet after which a client without keep-alive is closed; 0: never")
        @In(Unit.SECONDS)
        int idle__timeout() default 0;

        @AttributeDefinition(
                description =
                        "Seconds that a stop waits for messages that were accepted and not acknowledged, 0 to 600")
        @In(Unit.SECONDS)
        int drain__timeout() default 5;

        @AttributeDefinition(description = "Most connections at once")
        int max__connections() default 100_000;

        @AttributeDefinition(description = "Connections that wait to be accepted, 1 to 65535")
        int backlog() default 1_024;
    }

    private final MqttListener listener;

    @Activate
    public ListenerComponent(Map<String, ?> properties, @Reference Broker broker, @Reference EventLoopsComponent loops)
            throws IOException {
        this(
                Settings.use(Config.class, properties, ListenerComponent::settings),
                broker,
                loops.loops(),
                Settings.source(properties));
    }

    ListenerComponent(ListenerSettings settings, Broker broker, EventLoops loops, String configuration)
            throws IOException {
        try {
            this.listener = new MqttListener(settings, broker, loops);
        } catch (IOException e) {
            LOG.error("Opened no listener for {}: {}", configuration, e.getMessage());
            throw e;
        }
    }

    @Deactivate
    void close() {
        listener.close();
    }

    @Override
    public String name() {
        return listener.name();
    }

    @Override
    public InetSocketAddress address() {
        return listener.address();
    }

    private static ListenerSettings settings(Config config) {
        return new ListenerSettings(
                config.name().isEmpty() ? config.host() + ":" + config.port() : config.name(),
                config.host(),
                config.port(),
                config.max__packet__size(),
                config.connect__timeout() * 1_000L,
                config.idle__timeout() * 1_000L,
                config.drain__timeout() * 1_000L,
                config.max__connections(),
                config.backlog(),
                webSocket(config),
                TlsFiles.of(
                        config.tls__certificate(),
                        config.tls__key(),
                        config.tls__client__auth(),
                        config.tls__client__trust()),
                config.proxy__protocol()
                        ? Optional.of(TrustedProxies.of(words(config.proxy__addresses())))
                        : Optional.empty());
    }

    private static Optional<WebSocketSettings> webSocket(Config config) {
        return switch (config.transport().toLowerCase(Locale.ROOT)) {
            case "tcp" -> Optional.empty();
            case "ws" -> Optional.of(new WebSocketSettings(config.path(), Set.copyOf(words(config.origins()))));
            default ->
                throw new IllegalArgumentException("transport = " + config.transport() + " is neither tcp nor ws");
        };
    }

    /** The words of a setting: a .cfg file has them in one string. */
    private static List<String> words(String... values) {
        return Arrays.stream(values)
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .distinct()
                .toList();
    }
}
