// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console.kept;

import org.apache.karaf.config.core.ConfigRepository;
import org.apache.karaf.features.BootFinished;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Has the shell's {@code config:} commands take the {@link SyncedConfigRepository}: commands stay with the repository that
 * they found when their bundle started, so that bundle is restarted at the end of the start. Immutable.
 */
@Component(
        service = {},
        immediate = true)
public final class ConfigCommands {

    private static final String COMMANDS = "org.apache.karaf.config.command";

    @Activate
    public ConfigCommands(
            BundleContext context,
            @Reference BootFinished boot,
            @Reference(target = "(component.name=io.amphora.console.kept.SyncedConfigRepository)")
                    ConfigRepository repository)
            throws BundleException {
        for (Bundle bundle : context.getBundles()) {
            if (COMMANDS.equals(bundle.getSymbolicName()) && bundle.getState() == Bundle.ACTIVE) {
                bundle.stop(Bundle.STOP_TRANSIENT);
                bundle.start(Bundle.START_TRANSIENT);
            }
        }
    }
}
