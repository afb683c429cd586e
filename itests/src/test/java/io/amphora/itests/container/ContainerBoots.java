// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerSuite;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** Everything that is installed runs. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public class ContainerBoots {

    /** A component that nobody has asked for yet is satisfied, not active. */
    private static final Set<Integer> RUNNING =
            Set.of(ComponentConfigurationDTO.SATISFIED, ComponentConfigurationDTO.ACTIVE);

    @Inject
    private BundleContext context;

    @Inject
    private ServiceComponentRuntime components;

    @Inject
    private BootFinished booted;

    @Configuration
    public Option[] container() {
        return Container.options();
    }

    @Test
    public void theBootFeaturesAreInstalled() {
        assertNotNull(booted);
    }

    @Test
    public void bundlesAreActiveAndFragmentsResolved() {
        List<String> others = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            boolean fragment = bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
            if (bundle.getState() != (fragment ? Bundle.RESOLVED : Bundle.ACTIVE)) {
                others.add(bundle + " is in state " + bundle.getState());
            }
        }
        assertEquals(List.of(), others);
    }

    @Test
    public void componentsAreSatisfied() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        List<String> others = others();
        while (!others.isEmpty() && System.nanoTime() < deadline) { // listeners open last
            LockSupport.parkNanos(20_000_000);
            others = others();
        }
        assertEquals(List.of(), others);
    }

    /** Components that do not run. */
    private List<String> others() {
        Bundle[] own = Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().startsWith("io.amphora."))
                .toArray(Bundle[]::new);
        List<String> others = new ArrayList<>();
        var descriptions = components.getComponentDescriptionDTOs(own);
        assertFalse("no components", descriptions.isEmpty());
        for (ComponentDescriptionDTO description : descriptions) {
            var configurations = components.getComponentConfigurationDTOs(description);
            if (configurations.isEmpty()) {
                others.add(description.name + " has no configuration");
            }
            for (ComponentConfigurationDTO configuration : configurations) {
                if (!RUNNING.contains(configuration.state)) {
                    others.add(description.name + " is in state " + configuration.state + ": " + configuration.failure);
                }
            }
        }
        return others;
    }
}
