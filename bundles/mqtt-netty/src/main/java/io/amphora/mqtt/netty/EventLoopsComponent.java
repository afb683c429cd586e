// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.amphora.settings.In;
import io.amphora.settings.Settings;
import io.amphora.settings.Unit;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Keeps the event loops while listeners come and go. Thread-safe. */
@Component(
        name = "io.amphora.mqtt.netty",
        configurationPid = "io.amphora.mqtt.netty",
        service = EventLoopsComponent.class)
@Designate(ocd = EventLoopsComponent.Config.class)
public final class EventLoopsComponent {

    /** The settings of the event loops; a change of them restarts all listeners. */
    @ObjectClassDefinition(name = "Amphora event loops")
    public @interface Config {

        @AttributeDefinition(description = "Threads that serve connections, 0 to 1024; 0: one per core")
        int threads() default 0;

        @AttributeDefinition(
                description = "Threads that serve connections while they upload, 0 to 1024; 0: one per core")
        int bulk__threads() default 0;

        @AttributeDefinition(
                description = "Interface of the operating system: epoll (Linux), nio (any), or auto for the best")
        String io() default "auto";

        @AttributeDefinition(
                description = "Most bytes that all connections together reserve for packets that have begun and are not"
                        + " complete; 0: half of the direct memory that the JVM may use")
        @In(Unit.BYTES)
        long total__begun__bytes() default 0;
    }

    private final EventLoops loops;

    @Activate
    public EventLoopsComponent(Map<String, Object> properties) {
        this.loops = Settings.use(
                Config.class,
                properties,
                config -> new EventLoops(
                        config.threads(),
                        config.bulk__threads(),
                        config.io(),
                        new BegunBytes(config.total__begun__bytes())));
    }

    @Deactivate
    void close() {
        loops.close();
    }

    EventLoops loops() {
        return loops;
    }
}
