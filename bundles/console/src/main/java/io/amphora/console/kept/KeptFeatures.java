// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console.kept;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.DeploymentEvent;
import org.apache.karaf.features.DeploymentListener;
import org.apache.karaf.features.FeatureEvent;
import org.apache.karaf.features.FeaturesListener;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.features.RepositoryEvent;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes beside the settings which features the operator has installed and removed. Karaf knows that from its cache only;
 * after that was made anew, they are installed and removed again, on a thread of its own. The note is on the disk before
 * {@code feature:install} returns. Thread-safe.
 */
@Component(
        service = {},
        immediate = true)
public final class KeptFeatures implements DeploymentListener, FeaturesListener {

    private static final Logger LOG = LoggerFactory.getLogger(KeptFeatures.class);

    private final Path file;
    private final InstalledFeatures installed;
    private final FeaturesService service;
    private final ExecutorService restoring =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "amphora-features"));

    private FeatureNote missing = FeatureNote.EMPTY;

    /** Begins when the features of the distribution are installed. */
    @Activate
    public KeptFeatures(
            @Reference FeaturesService service,
            @Reference BootFinished boot,
            @Reference ConfigurationAdmin configurations) {
        this.service = service;
        this.installed = new InstalledFeatures(service, BootFeatures.configured(configurations));
        this.file = Path.of(System.getProperty("karaf.etc"), "features.kept");
        restoring.execute(this::restore);
    }

    @Deactivate
    public void close() {
        service.unregisterListener((DeploymentListener) this);
        service.unregisterListener((FeaturesListener) this);
        restoring.shutdown();
    }

    private void restore() {
        try {
            WholeFile.syncAll(file.getParent()); // the start itself has written some
            if (Files.exists(file)) {
                FeatureNote failed = installed.restore(FeatureNote.parse(Files.readString(file)));
                synchronized (this) {
                    missing = failed;
                }
            }
            note();
            service.registerListener((DeploymentListener) this);
            service.registerListener((FeaturesListener) this);
        } catch (IOException | RuntimeException e) {
            LOG.error("Failed to install the features that {} names; install them in the shell", file, e);
        }
    }

    @Override
    public void deploymentEvent(DeploymentEvent event) {
        if (event == DeploymentEvent.DEPLOYMENT_FINISHED) {
            note();
        }
    }

    @Override
    public void featureEvent(FeatureEvent event) {}

    @Override
    public void repositoryEvent(RepositoryEvent event) {
        note();
    }

    /** What could not be restored stays noted, so that it is tried again. */
    private synchronized void note() {
        try {
            String text = installed.note().with(missing).text();
            if (Files.exists(file) ? !Files.readString(file).equals(text) : !text.equals(FeatureNote.EMPTY.text())) {
                WholeFile.syncAll(file.getParent()); // a feature may bring settings
                WholeFile.replace(file, text.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            LOG.error("Failed to note the installed features in {}: a loss of power may lose them", file, e);
        }
    }
}
