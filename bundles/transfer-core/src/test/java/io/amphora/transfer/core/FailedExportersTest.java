// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static org.junit.Assert.assertEquals;

import io.amphora.transfer.spi.Exporter;
import io.amphora.transfer.spi.ExporterStatus;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.Test;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** What people are told of an exporter that could not start. */
public class FailedExportersTest {

    @Test
    public void theMessageIsThatOfTheComponentAndNotOfItsCauses() {
        String trace = """
            java.lang.reflect.InvocationTargetException
            \tat java.base/Constructor.newInstance(Constructor.java:480)
            Caused by: java.io.IOException: root: cannot write to /a: java.nio.file.FileSystemException: /a
            \tat io.amphora.export.local.ExportRoot.open(ExportRoot.java:27)
            \t... 40 more
            Caused by: java.nio.file.FileSystemException: /a
            \t... 45 more
            """;
        assertEquals("root: cannot write to /a: java.nio.file.FileSystemException: /a", FailedExporters.cause(trace));
    }

    @Test
    public void itIsDownSinceItsStartWasTriedAndNotSinceSomebodyAsked() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        FailedExporters exporters = new FailedExporters(componentsWith(failed("pid~a")), clock(now));
        exporters.offered("pid~a");
        now.set(Instant.ofEpochSecond(10));
        exporters.offered("pid~b");
        now.set(Instant.ofEpochSecond(20));
        assertEquals(List.of(ExporterStatus.down("a", "not started: no", Instant.EPOCH)), exporters.statuses());
        exporters.withdrawn("pid~a");
        exporters.offered("pid~a");
        now.set(Instant.ofEpochSecond(30));
        assertEquals(
                List.of(ExporterStatus.down("a", "not started: no", Instant.ofEpochSecond(20))), exporters.statuses());
    }

    private static ComponentConfigurationDTO failed(String pid) {
        ComponentConfigurationDTO failed = new ComponentConfigurationDTO();
        failed.state = ComponentConfigurationDTO.FAILED_ACTIVATION;
        failed.properties = Map.of("service.pid", pid, "service.factoryPid", "pid");
        failed.failure = "java.io.IOException: no";
        return failed;
    }

    private static ServiceComponentRuntime componentsWith(ComponentConfigurationDTO configuration) {
        ComponentDescriptionDTO description = new ComponentDescriptionDTO();
        description.serviceInterfaces = new String[] {Exporter.class.getName()};
        return (ServiceComponentRuntime) Proxy.newProxyInstance(
                FailedExportersTest.class.getClassLoader(),
                new Class<?>[] {ServiceComponentRuntime.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getComponentDescriptionDTOs" -> List.of(description);
                    case "getComponentConfigurationDTOs" -> List.of(configuration);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static Clock clock(AtomicReference<Instant> now) {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Instant instant() {
                return now.get();
            }
        };
    }

    @Test
    public void anExceptionOfAnotherKindKeepsItsName() {
        assertEquals("com.example.OddException: no", FailedExporters.cause("com.example.OddException: no\n\tat x"));
    }
}
