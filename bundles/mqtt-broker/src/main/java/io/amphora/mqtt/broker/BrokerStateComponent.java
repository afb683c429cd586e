// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.spi.ClientRegistry;
import io.amphora.mqtt.spi.Publisher;
import io.amphora.mqtt.spi.SessionStore;
import io.amphora.settings.In;
import io.amphora.settings.Settings;
import io.amphora.settings.Unit;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the state of the broker for as long as the bundle runs; connections come and go above it, settings change under
 * it. It refers to no publish handler, since handlers publish through it. Thread-safe.
 */
@Component(
        name = "io.amphora.mqtt.broker",
        configurationPid = "io.amphora.mqtt.broker",
        service = {BrokerStateComponent.class, Publisher.class, ClientRegistry.class})
@Designate(ocd = BrokerStateComponent.Config.class)
public final class BrokerStateComponent implements Publisher, ClientRegistry {

    /** The settings of the broker. */
    @ObjectClassDefinition(name = "Amphora MQTT broker")
    public @interface Config {

        @AttributeDefinition(description = "QoS 1 and 2 messages that a client may have unacknowledged, 1 to 65535")
        int receive__maximum() default 256;

        @AttributeDefinition(description = "Highest topic alias that a client may use, 0 to 65535; 0: none")
        int topic__alias__maximum() default 32;

        @AttributeDefinition(description = "Longest keep-alive in seconds, 0 to 65535; 0: whatever the client says")
        @In(Unit.SECONDS)
        int maximum__keep__alive() default 0;

        @AttributeDefinition(description = "Seconds that a session outlives its connection at most, 0 to 4294967295")
        @In(Unit.SECONDS)
        long maximum__session__expiry() default 604_800;

        @AttributeDefinition(description = "Most sessions, with or without a connection")
        int maximum__sessions() default 100_000;

        @AttributeDefinition(description = "Most subscriptions of one session")
        int maximum__subscriptions() default 10_000;

        @AttributeDefinition(
                description = "Most levels of a topic name or filter, 1 to 65535; deeper ones are refused, and dropped"
                        + " from the session store at the start")
        int maximum__topic__levels() default 128;

        @AttributeDefinition(
                description = "Most bytes of memory that one session takes: client identifier, will, subscriptions and"
                        + " received packet identifiers")
        @In(Unit.BYTES)
        long session__bytes() default 16_777_216;

        @AttributeDefinition(description = "The same for all sessions together; 0: a third of the maximum heap")
        @In(Unit.BYTES)
        long total__session__bytes() default 0;

        @AttributeDefinition(description = "Most messages that wait for one subscriber")
        int queue__messages() default 10_000;

        @AttributeDefinition(description = "Most bytes that wait for one subscriber")
        @In(Unit.BYTES)
        long queue__bytes() default 8_388_608;

        @AttributeDefinition(
                description = "Most bytes that wait for all subscribers together; 0: a quarter of the maximum heap")
        @In(Unit.BYTES)
        long total__queue__bytes() default 0;

        @AttributeDefinition(
                description = "When a subscriber's queue is full: BLOCK its publishers for a while and then disconnect"
                        + " it, DROP the new message, or DISCONNECT the subscriber at once")
        String slow__subscriber() default "BLOCK";

        @AttributeDefinition(description = "Seconds that publishers wait for a slow subscriber with BLOCK, 0 to 3600")
        @In(Unit.SECONDS)
        int slow__subscriber__wait() default 10;

        @AttributeDefinition(
                description = "Messages in a second of one client, over which it is read from more slowly;"
                        + " 0: any number")
        @In(Unit.PER_SECOND)
        int publish__rate() default 0;

        @AttributeDefinition(
                description = "Bytes of payload in a second of one client, over which it is read from more"
                        + " slowly; 0: any number")
        @In(Unit.BYTES_PER_SECOND)
        long publish__bytes__rate() default 0;

        @AttributeDefinition(
                description = "Connections in a second of one address, over which they are refused;" + " 0: any number")
        @In(Unit.PER_SECOND)
        int connection__rate() default 0;

        @AttributeDefinition(description = "Most retained messages")
        int retained__messages() default 100_000;

        @AttributeDefinition(description = "Most bytes of retained messages")
        @In(Unit.BYTES)
        long retained__bytes() default 67_108_864;

        @AttributeDefinition(
                description = "Bytes of payload accepted from one connection and not yet dealt with, over which it is"
                        + " not read from until half are done")
        @In(Unit.BYTES)
        long pending__bytes() default 4_194_304;

        @AttributeDefinition(description = "The same over all connections together; 0: a quarter of the maximum heap")
        @In(Unit.BYTES)
        long total__pending__bytes() default 0;

        @AttributeDefinition(
                description = "Whether sessions and retained messages outlive the process, in the session store if one"
                        + " is installed; read at the start")
        boolean persistence() default true;

        @AttributeDefinition(
                description = "1: no connection is taken before the session store is there; 0: without one all is in"
                        + " memory only")
        int store_cardinality_minimum() default 0;

        @AttributeDefinition(
                required = false,
                description = "What a client that asks for response information is told, with %c for its identifier")
        String response__information() default "";

        @AttributeDefinition(
                required = false,
                description =
                        "The broker to use instead, told to clients that an authenticator refuses with 0x9C or 0x9D")
        String server__reference() default "";

        @AttributeDefinition(description = "Seconds between two reports in $SYS/broker, 0 to 86400; 0: none")
        @In(Unit.SECONDS)
        int sys__interval() default 10;

        @AttributeDefinition(
                required = false,
                description = "User names, separated by commas, that may read $SYS once clients are authenticated")
        String administrators() default "";

        @AttributeDefinition(
                description =
                        "Beginnings of topics, separated by commas, that only a handler takes: while there is none,"
                                + " their messages are refused instead of routed")
        String handled__topics() default "";
    }

    /** What a configuration says. */
    private record Read(BrokerSettings settings, boolean persistence) {

        static Read of(Config config) {
            return new Read(BrokerStateComponent.settings(config), config.persistence());
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(BrokerStateComponent.class);

    private final ScheduledExecutorService timer;
    private final BrokerState state;
    private final SysReports reports;
    private volatile boolean persistence = true;

    /** The state begins with what the store holds; another store is another state. */
    @Activate
    public BrokerStateComponent(
            Map<String, Object> properties,
            BundleContext context,
            @Reference(
                            name = "store",
                            cardinality = ReferenceCardinality.OPTIONAL,
                            policyOption = ReferencePolicyOption.GREEDY)
                    SessionStore store)
            throws IOException {
        this(Settings.use(Config.class, properties, Read::of), version(context), Optional.ofNullable(store));
    }

    private BrokerStateComponent(Read read, String version, Optional<SessionStore> store) throws IOException {
        this(read.settings(), version, read.persistence() ? store : Optional.empty());
        persistence = read.persistence();
    }

    BrokerStateComponent(BrokerSettings settings, String version, Optional<SessionStore> store) throws IOException {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "amphora-broker-timer");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        this.timer = Executors.unconfigurableScheduledExecutorService(executor);
        BrokerClock clock = new BrokerClock(System::nanoTime, System::currentTimeMillis);
        this.state = new BrokerState(settings, timer, clock, new Persistence(store, clock));
        LOG.info("Sessions are kept {}", store.isPresent() ? "in the session store" : "in memory only");
        try {
            state.recover();
        } catch (IOException | RuntimeException e) {
            timer.shutdownNow();
            throw e;
        }
        this.reports = new SysReports(new SysTopics(state, version), timer);
        reports.every(settings.sysInterval());
    }

    private static String version(BundleContext context) {
        return context.getBundle().getVersion().toString();
    }

    @Modified
    void modified(Map<String, Object> properties) {
        Read read = Settings.use(Config.class, properties, Read::of);
        BrokerSettings settings = read.settings();
        state.change(settings);
        reports.every(settings.sysInterval());
        if (read.persistence() != persistence) {
            persistence = read.persistence();
            LOG.warn("persistence = {} counts from the next start on", persistence);
        }
    }

    @Deactivate
    void close() {
        timer.shutdownNow();
        state.storeClock();
    }

    BrokerState state() {
        return state;
    }

    @Override
    public boolean hasSubscribers(TopicName topic) {
        return state.hasSubscribers(topic);
    }

    @Override
    public void publish(Message message) {
        state.publish(message);
    }

    @Override
    public List<ClientView> clients() {
        return state.clients();
    }

    @Override
    public Optional<ClientView> client(ClientId id) {
        return state.client(id);
    }

    @Override
    public boolean disconnect(ClientId id) {
        return state.disconnect(id);
    }

    private static BrokerSettings settings(Config config) {
        return new BrokerSettings(
                config.receive__maximum(),
                config.topic__alias__maximum(),
                config.maximum__keep__alive(),
                config.maximum__session__expiry(),
                config.maximum__sessions(),
                config.maximum__subscriptions(),
                config.queue__messages(),
                config.queue__bytes(),
                config.total__queue__bytes(),
                BrokerSettings.slowSubscriber(config.slow__subscriber()),
                config.slow__subscriber__wait(),
                config.retained__messages(),
                config.retained__bytes(),
                config.pending__bytes(),
                config.total__pending__bytes(),
                new Rates(config.publish__rate(), config.publish__bytes__rate(), config.connection__rate()),
                new Bounds(config.maximum__topic__levels(), config.session__bytes(), config.total__session__bytes()),
                config.response__information(),
                config.server__reference(),
                config.sys__interval(),
                Set.copyOf(commaSeparated(config.administrators())),
                commaSeparated(config.handled__topics()));
    }

    private static List<String> commaSeparated(String names) {
        return Stream.of(names.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
