// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console.kept;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.felix.utils.properties.TypedProperties;
import org.apache.karaf.config.core.ConfigRepository;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Writes the files of configurations for the shell's {@code config:} commands. Karaf's own repository makes a file empty
 * and then writes it, in ISO 8859-1; this one replaces it, in UTF-8. Files of JSON are left to Karaf's. Thread-safe.
 */
@Component(property = "service.ranking:Integer=100")
public final class SyncedConfigRepository implements ConfigRepository {

    /** Where File Install and the shell note the file of a configuration. */
    private static final String FILE = "felix.fileinstall.filename";

    private static final String CFG = "cfg";

    private final ConfigRepository karaf;
    private final Path etc;

    @Activate
    public SyncedConfigRepository(@Reference(target = "(!(component.name=*))") ConfigRepository karaf) {
        this(karaf, Path.of(System.getProperty("karaf.etc")));
    }

    SyncedConfigRepository(ConfigRepository karaf, Path etc) {
        this.karaf = karaf;
        this.etc = etc;
    }

    @Override
    public void update(String pid, Map<String, Object> properties) throws IOException {
        update(pid, properties, CFG);
    }

    @Override
    public void update(String pid, Map<String, Object> properties, String suffix) throws IOException {
        Configuration configuration = getConfigAdmin().getConfiguration(pid, "?");
        Path file = fileOf(configuration)
                .or(() -> Optional.ofNullable(properties.get(FILE)).map(SyncedConfigRepository::path))
                .orElseGet(() -> etc.resolve(nameOf(configuration) + "." + suffix));
        if (isCfg(file)) {
            store(configuration, file, properties);
        } else {
            karaf.update(pid, properties, suffix);
            WholeFile.syncAll(file.toAbsolutePath().getParent());
        }
    }

    @Override
    public String createFactoryConfiguration(String factoryPid, Map<String, Object> properties) throws IOException {
        return createFactoryConfiguration(factoryPid, null, properties, CFG);
    }

    @Override
    public String createFactoryConfiguration(String factoryPid, Map<String, Object> properties, String suffix)
            throws IOException {
        return createFactoryConfiguration(factoryPid, null, properties, suffix);
    }

    @Override
    public String createFactoryConfiguration(String factoryPid, String alias, Map<String, Object> properties)
            throws IOException {
        return createFactoryConfiguration(factoryPid, alias, properties, CFG);
    }

    @Override
    public String createFactoryConfiguration(
            String factoryPid, String alias, Map<String, Object> properties, String suffix) throws IOException {
        if (!suffix.equals(CFG)) {
            String pid = karaf.createFactoryConfiguration(factoryPid, alias, properties, suffix);
            WholeFile.syncAll(etc);
            return pid;
        }
        Configuration configuration = getConfigAdmin().createFactoryConfiguration(factoryPid, "?");
        String name = alias == null || alias.isBlank() ? nameOf(configuration) : factoryPid + "-" + alias;
        store(configuration, etc.resolve(name + "." + suffix), properties);
        return configuration.getPid();
    }

    @Override
    public void delete(String pid) throws Exception {
        karaf.delete(pid);
    }

    @Override
    public boolean exists(String pid) throws Exception {
        return karaf.exists(pid);
    }

    @Override
    public TypedProperties getConfig(String pid) throws IOException, InvalidSyntaxException {
        TypedProperties config = karaf.getConfig(pid);
        if (config == null) { // there is no such configuration
            return null;
        }
        Optional<Path> file =
                fileOf(getConfigAdmin().getConfiguration(pid, "?")).filter(path -> isCfg(path) && Files.exists(path));
        if (file.isPresent()) {
            config.putAll(
                    read(Files.readString(file.get()), new TypedProperties(false))); // Karaf's took it for ISO 8859-1
        }
        return config;
    }

    @Override
    public ConfigurationAdmin getConfigAdmin() {
        return karaf.getConfigAdmin();
    }

    private static void store(Configuration configuration, Path file, Map<String, Object> properties)
            throws IOException {
        String text = text(file, properties);
        Map<String, Object> configured = new HashMap<>(read(text));
        configured.put(FILE, key(file));
        // In this order: File Install takes a new file up a second later only, but a configuration without its file is
        // deleted.
        WholeFile.replace(file, text.getBytes(StandardCharsets.UTF_8));
        configuration.update(FrameworkUtil.asDictionary(configured));
    }

    /** Returns the content of the file, whose comments stay, with these properties and no others. */
    private static String text(Path file, Map<String, Object> properties) throws IOException {
        TypedProperties written = Files.exists(file) ? read(Files.readString(file)) : new TypedProperties();
        written.putAll(properties);
        written.keySet().retainAll(properties.keySet());
        written.remove(FILE);
        StringWriter text = new StringWriter();
        written.save(text);
        return text.toString();
    }

    private static TypedProperties read(String text) throws IOException {
        return read(text, new TypedProperties());
    }

    private static TypedProperties read(String text, TypedProperties into) throws IOException {
        into.load(new StringReader(text));
        return into;
    }

    /** The name of a file as File Install writes it, with one slash after the scheme. */
    private static String key(Path file) {
        return file.toAbsolutePath().toFile().toURI().toString();
    }

    private static Optional<Path> fileOf(Configuration configuration) {
        return Optional.ofNullable(configuration.getProperties())
                .map(properties -> properties.get(FILE))
                .map(SyncedConfigRepository::path);
    }

    private static Path path(Object location) {
        return Path.of(URI.create(location.toString()));
    }

    private static boolean isCfg(Path file) {
        return file.toString().endsWith("." + CFG);
    }

    /** A generated PID follows that of its factory. */
    private static String nameOf(Configuration configuration) {
        String pid = configuration.getPid();
        String factory = configuration.getFactoryPid();
        return factory == null ? pid : factory + "-" + pid.substring(factory.length() + 1);
    }
}
