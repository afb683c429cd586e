// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.Waiting;
import io.amphora.transfer.spi.Exporter;
import io.amphora.transfer.spi.ExporterHealth;
import io.amphora.transfer.spi.ExporterStatus;
import io.amphora.transfer.spi.ExporterStatus.Degraded;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.FeaturesService;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TestName;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerSuite;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;

/** Settings that cannot be, at the start of an S3 exporter and while it runs, are told until they are corrected. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public class S3ExportersAreCorrected {

    private static final String PID = "io.amphora.export.s3";

    /** Names the exporter of each test, since a file of its settings may outlive it for a moment. */
    @Rule
    public final TestName exporter = new TestName();

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin configurations;

    @Inject
    private FeaturesService features;

    @Inject
    private ServiceComponentRuntime components;

    @Inject
    private ExporterHealth health;

    /** Comes last of all. */
    @Inject
    private BootFinished booted;

    private Configuration configuration;

    @org.ops4j.pax.exam.Configuration
    public Option[] container() {
        return Container.options();
    }

    @Before
    public void install() throws Exception {
        assertNotNull(booted);
        features.installFeature("amphora-export-s3");
        configuration = configurations.getFactoryConfiguration(PID, exporter.getMethodName(), "?");
    }

    @After
    public void remove() throws Exception {
        configuration.delete();
        Waiting.until("the exporter is gone", () -> status().isEmpty());
    }

    @Test
    public void whileItRunsTheSettingsBeforeGoOn() throws Exception {
        set(Map.of("bucket", "one"));
        Waiting.until("it runs", () -> status().map(ExporterStatus::isOk).orElse(false));
        Instant before = Instant.now();
        set(Map.of("bucket", "two", "max_retries", "-1"));
        Waiting.until("it is told", () -> !status().orElseThrow().isOk());
        Degraded told = status().orElseThrow().degraded().orElseThrow();
        assertTrue(
                told.why(),
                told.why()
                        .startsWith("not changed: io.amphora.export.s3~" + exporter.getMethodName()
                                + ": max_retries: -1 "));
        assertFalse(told.since().isBefore(before));
        assertEquals(
                1, context.getServiceReferences(Exporter.class, "(bucket=*)").size());
        set(Map.of("bucket", "two", "max_retries", "1"));
        Waiting.until("it is corrected", () -> status().orElseThrow().isOk());
    }

    @Test
    public void atTheStartItIsDownSinceThen() throws Exception {
        Instant before = Instant.now();
        set(Map.of("bucket", "one", "access_method", "virtual"));
        Waiting.until("it has failed", () -> components.getComponentDescriptionDTOs().stream()
                .filter(description -> description.name.startsWith(PID))
                .flatMap(description -> components.getComponentConfigurationDTOs(description).stream())
                .anyMatch(one -> one.state == ComponentConfigurationDTO.FAILED_ACTIVATION));
        Instant after = Instant.now();
        Waiting.until("time has passed", () -> Instant.now().isAfter(after.plusMillis(100)));
        Degraded told = status().orElseThrow().degraded().orElseThrow();
        assertTrue(
                told.why(),
                told.why().contains(": access_method: virtual is neither")
                        && told.why().startsWith("not started: " + PID + "~"));
        assertFalse(
                told.toString(), told.since().isBefore(before) || told.since().isAfter(after));
        assertEquals(told, status().orElseThrow().degraded().orElseThrow());
        set(Map.of("bucket", "one", "access_method", "vhost"));
        Waiting.until(
                "it is corrected", () -> status().map(ExporterStatus::isOk).orElse(false));
    }

    private void set(Map<String, String> settings) throws IOException {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("selector", "(client_id=nobody)");
        all.put("access_key_id", "key");
        all.put("secret_access_key", "secret");
        configuration.update(FrameworkUtil.asDictionary(all));
    }

    private Optional<ExporterStatus> status() {
        return health.statuses().stream()
                .filter(status -> status.name().equals(exporter.getMethodName()))
                .findFirst();
    }
}
