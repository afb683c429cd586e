// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console.kept;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;

public class KeptConfigurationsTest {

    private static final String PID = "io.amphora.export.local~one";
    private static final String FACTORY = "io.amphora.export.local";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    /** Of Config Admin, whose cache a test empties. */
    private final Map<String, Dictionary<String, Object>> configurations = new TreeMap<>();

    @Test
    public void aConfigurationWithoutAFileComesBackWithTypes() throws IOException {
        KeptConfigurations kept = new KeptConfigurations(admin(), folder());
        configure(Map.of("root", "/srv/über", "size", 7L, "names", new String[] {"a", "b"}));
        kept.configurationEvent(event(ConfigurationEvent.CM_UPDATED));
        configurations.clear();
        new KeptConfigurations(admin(), folder());
        Dictionary<String, Object> restored = configurations.get(PID);
        assertEquals("/srv/über", restored.get("root"));
        assertEquals(7L, restored.get("size"));
        assertArrayEquals(new String[] {"a", "b"}, (String[]) restored.get("names"));
    }

    @Test
    public void aDeletedOneStaysDeleted() throws IOException {
        KeptConfigurations kept = new KeptConfigurations(admin(), folder());
        configure(Map.of("root", "/srv"));
        kept.configurationEvent(event(ConfigurationEvent.CM_UPDATED));
        configurations.clear();
        kept.configurationEvent(event(ConfigurationEvent.CM_DELETED));
        new KeptConfigurations(admin(), folder());
        assertEquals(Map.of(), configurations);
    }

    @Test
    public void oneWithAFileIsTheFilesMatter() throws IOException {
        KeptConfigurations kept = new KeptConfigurations(admin(), folder());
        configure(Map.of("root", "/srv"));
        kept.configurationEvent(event(ConfigurationEvent.CM_UPDATED));
        configure(Map.of("root", "/srv", "felix.fileinstall.filename", "file:/etc/a.cfg"));
        kept.configurationEvent(event(ConfigurationEvent.CM_UPDATED));
        assertEquals(0, folder.getRoot().list().length);
    }

    @Test
    public void whatTheCacheStillHasWins() throws IOException {
        KeptConfigurations kept = new KeptConfigurations(admin(), folder());
        configure(Map.of("root", "/before"));
        kept.configurationEvent(event(ConfigurationEvent.CM_UPDATED));
        configure(Map.of("root", "/after"));
        new KeptConfigurations(admin(), folder());
        assertEquals("/after", configurations.get(PID).get("root"));
    }

    private Path folder() {
        return folder.getRoot().toPath();
    }

    private void configure(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("service.pid", PID);
        all.put("service.factoryPid", FACTORY);
        configurations.put(PID, FrameworkUtil.asDictionary(all));
    }

    private ConfigurationAdmin admin() {
        return (ConfigurationAdmin) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ConfigurationAdmin.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "listConfigurations" ->
                        configurations.values().stream()
                                .filter(each -> arguments[0].toString().contains(PID)
                                        || each.get("felix.fileinstall.filename") == null)
                                .map(each -> configuration())
                                .toArray(Configuration[]::new);
                    case "getFactoryConfiguration" -> configuration();
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @SuppressWarnings("unchecked")
    private Configuration configuration() {
        return (Configuration) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Configuration.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getPid" -> PID;
                    case "getProperties" -> configurations.get(PID);
                    case "update" -> configurations.put(PID, (Dictionary<String, Object>) arguments[0]);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @SuppressWarnings("unchecked")
    private static ConfigurationEvent event(int type) {
        ServiceReference<ConfigurationAdmin> admin = (ServiceReference<ConfigurationAdmin>) Proxy.newProxyInstance(
                KeptConfigurationsTest.class.getClassLoader(),
                new Class<?>[] {ServiceReference.class},
                (proxy, method, arguments) -> null);
        return new ConfigurationEvent(admin, type, FACTORY, PID);
    }
}
