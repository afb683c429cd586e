// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console;

import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Map;
import java.util.TreeMap;
import org.apache.felix.fileinstall.AsFileInstall;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;

public class DeletedConfigurationsTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final Map<String, Dictionary<String, Object>> configurations = new TreeMap<>();

    @Test
    public void theFileOfADeletedConfigurationIsDeleted() throws IOException {
        DeletedConfigurations deleted = new DeletedConfigurations(admin());
        Path file = configure("one", folder.newFile().toPath());
        Path other = configure("other", folder.newFile().toPath());
        deleted.configurationEvent(event(ConfigurationEvent.CM_UPDATED, "one"));
        deleted.configurationEvent(event(ConfigurationEvent.CM_UPDATED, "other"));
        deleted.configurationEvent(event(ConfigurationEvent.CM_DELETED, "one"));
        assertFalse(Files.exists(file));
        assertTrue(Files.exists(other));
    }

    @Test
    public void configurationsOfBeforeTheStartAreKnown() throws IOException {
        Path file = configure("one", folder.newFile().toPath());
        new DeletedConfigurations(admin()).configurationEvent(event(ConfigurationEvent.CM_DELETED, "one"));
        assertFalse(Files.exists(file));
    }

    @Test
    public void aFileThatFileInstallMissedIsLeft() throws IOException {
        Path file = configure("one", folder.newFile().toPath());
        DeletedConfigurations deleted = new DeletedConfigurations(admin());
        AsFileInstall.run(() -> deleted.configurationEvent(event(ConfigurationEvent.CM_DELETED, "one")));
        assertTrue(Files.exists(file));
    }

    @Test
    public void whatHasNoFileIsNoMatter() {
        configurations.put("one", FrameworkUtil.asDictionary(Map.of("root", "/tmp")));
        DeletedConfigurations deleted = new DeletedConfigurations(admin());
        deleted.configurationEvent(event(ConfigurationEvent.CM_UPDATED, "one"));
        deleted.configurationEvent(event(ConfigurationEvent.CM_DELETED, "one"));
    }

    private Path configure(String pid, Path file) {
        configurations.put(
                pid,
                FrameworkUtil.asDictionary(
                        Map.of("felix.fileinstall.filename", file.toUri().toString())));
        return file;
    }

    /** Lists those that a filter by PID names, or all. */
    private ConfigurationAdmin admin() {
        return (ConfigurationAdmin) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ConfigurationAdmin.class}, (proxy, method, arguments) -> {
                    String filter = arguments[0].toString();
                    return configurations.entrySet().stream()
                            .filter(each -> filter.contains("filename") || filter.contains("=" + each.getKey() + ")"))
                            .map(each -> configuration(each.getKey(), each.getValue()))
                            .toArray(Configuration[]::new);
                });
    }

    private static Configuration configuration(String pid, Dictionary<String, Object> properties) {
        return (Configuration) Proxy.newProxyInstance(
                DeletedConfigurationsTest.class.getClassLoader(),
                new Class<?>[] {Configuration.class},
                (proxy, method, arguments) -> method.getName().equals("getPid") ? pid : properties);
    }

    @SuppressWarnings("unchecked")
    private static ConfigurationEvent event(int type, String pid) {
        ServiceReference<ConfigurationAdmin> admin = (ServiceReference<ConfigurationAdmin>) Proxy.newProxyInstance(
                DeletedConfigurationsTest.class.getClassLoader(),
                new Class<?>[] {ServiceReference.class},
                (proxy, method, arguments) -> null);
        return new ConfigurationEvent(admin, type, null, pid);
    }
}
