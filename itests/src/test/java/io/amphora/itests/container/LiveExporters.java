// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.container;

import io.amphora.itests.DeliveredFiles;
import io.amphora.itests.Waiting;
import io.amphora.s3.testing.S3Server;
import io.amphora.transfer.spi.Exporter;
import io.amphora.transfer.spi.ExporterHealth;
import io.amphora.transfer.spi.ExporterStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Exporters that are swapped, each in the one way that its name says: {@code code}, {@code shell}, {@code file}, and
 * {@code s3}, which is installed and changed in the shell. Every swap returns when it has taken effect. Confined to the
 * test's thread.
 */
final class LiveExporters implements AutoCloseable {

    private static final String LOCAL = "io.amphora.export.local";
    private static final String S3 = "io.amphora.export.s3";

    /** A time in which the exporters of a bundle may have been away, by {@link System#nanoTime()}. */
    record Away(long from, long to) {

        boolean overlaps(long sent, long answered) {
            return sent <= to && answered >= from;
        }
    }

    private final BundleContext context;
    private final ExporterHealth health;
    private final Configuration code;
    private final Shell shell;
    private final S3Server s3;
    private final String selector;
    private final Path parent;
    private final Path file = Inside.data("etc/" + LOCAL + "-file.cfg");
    private final List<DeliveredFiles> roots = new ArrayList<>();
    private final List<Away> away = new ArrayList<>();
    private int buckets;

    /** Makes those that are changed by code and in the shell; the others are made by swaps. */
    LiveExporters(
            BundleContext context,
            ConfigurationAdmin configurations,
            SessionFactory sessions,
            ExporterHealth health,
            S3Server s3,
            String selector,
            Path parent)
            throws Exception {
        this.context = context;
        this.health = health;
        this.code = configurations.getFactoryConfiguration(LOCAL, "code", "?");
        this.shell = new Shell(sessions);
        this.s3 = s3;
        this.selector = selector;
        this.parent = parent;
        byCode();
        shell.run("config:edit --factory --alias shell " + LOCAL + "; " + sets("exporter.name", "shell")
                + sets("selector", selector) + sets("root", nextRoot("shell")) + "config:update");
        awaitThere("shell", "root", lastRoot());
    }

    private static String sets(String key, Object value) {
        return "config:property-set " + key + " '" + value + "'; ";
    }

    /** The shell makes up the PID of what it makes. */
    private String edits(String name) {
        return "config:edit " + pid(name) + "; ";
    }

    private String pid(String name) {
        return services("(" + Exporter.NAME + "=" + name + ")").stream()
                .map(service -> service.getProperty(Constants.SERVICE_PID).toString())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no exporter " + name));
    }

    private Path nextRoot(String name) {
        roots.add(new DeliveredFiles(parent.resolve(name + "-" + roots.size())));
        return lastRoot();
    }

    private Path lastRoot() {
        return roots.get(roots.size() - 1).root();
    }

    /** Where local exporters have delivered to. */
    List<DeliveredFiles> roots() {
        return roots;
    }

    /** When some were away. */
    List<Away> away() {
        return away;
    }

    void byCode() throws Exception {
        setByCode(nextRoot("code"));
        awaitThere("code", "root", lastRoot());
        Waiting.until("it is told to be well", () -> isOk("code"));
    }

    void badlyByCode() throws Exception {
        Path noDirectory = parent.resolve("no directory");
        Files.writeString(noDirectory, "");
        setByCode(noDirectory);
        awaitRefused("code", "not changed: " + LOCAL + "~code: root: cannot write to ");
    }

    private void setByCode(Path root) throws IOException {
        Map<String, String> settings = Map.of(Exporter.NAME, "code", "root", root.toString(), "selector", selector);
        code.update(FrameworkUtil.asDictionary(settings));
    }

    void inTheShell() throws Exception {
        shell.run(edits("shell") + sets("root", nextRoot("shell")) + "config:update");
        awaitThere("shell", "root", lastRoot());
    }

    /** Adds the file, or changes it. */
    void byFile() throws Exception {
        Files.writeString(
                file, Exporter.NAME + " = file\nroot = " + nextRoot("file") + "\nselector = " + selector + "\n");
        awaitThere("file", "root", lastRoot());
    }

    void byDeletedFile() throws Exception {
        Files.delete(file);
        Waiting.until("the exporter is gone", () -> !isThere("(" + Exporter.NAME + "=file)"));
    }

    /** Installs the feature and makes the exporter. */
    void installS3() throws Exception {
        shell.run("feature:install amphora-export-s3");
        shell.run(
                "config:edit --factory --alias s3 " + S3 + "; " + sets(Exporter.NAME, "s3") + sets("selector", selector)
                        + sets("bucket", nextBucket()) + sets("host", "127.0.0.1") + sets("port", s3.port())
                        + sets("ssl", false)
                        + sets("access_key_id", S3Server.ACCESS_KEY) + sets("secret_access_key", S3Server.SECRET_KEY)
                        + "config:update");
        awaitThere("s3", "bucket", lastBucket());
        Waiting.until("it is used", () -> health("s3").isPresent());
    }

    private String nextBucket() throws IOException {
        buckets++;
        return Files.createDirectories(s3.objects().resolve(lastBucket()))
                .getFileName()
                .toString();
    }

    private String lastBucket() {
        return "bucket-" + buckets;
    }

    void s3InTheShell() throws Exception {
        shell.run(edits("s3") + sets("bucket", nextBucket()) + sets("pool_size", 1 + buckets % 8) + "config:update");
        awaitThere("s3", "bucket", lastBucket());
        Waiting.until("it is told to be well", () -> isOk("s3"));
    }

    void s3BadlyInTheShell() throws Exception {
        shell.run(edits("s3") + sets("pool_size", 0) + "config:update");
        awaitRefused("s3", "not changed: " + S3 + "-s3.cfg: pool_size: ");
    }

    /** Runs a command on a bundle that takes all its exporters away for a moment. */
    private void onBundle(String command, String bundle) throws Exception {
        Set<String> before = names();
        long from = System.nanoTime();
        shell.run(command + " " + bundle);
        Waiting.until("the exporters are back", () -> names().containsAll(before));
        away.add(new Away(from, System.nanoTime()));
    }

    void restartLocal() throws Exception {
        onBundle("bundle:restart", LOCAL);
    }

    void updateLocal() throws Exception {
        onBundle("bundle:update", LOCAL);
    }

    void restartS3() throws Exception {
        onBundle("bundle:restart", S3);
    }

    void updateS3() throws Exception {
        onBundle("bundle:update", S3);
    }

    private Set<String> names() {
        return health.statuses().stream().map(ExporterStatus::name).collect(Collectors.toSet());
    }

    private Optional<ExporterStatus> health(String name) {
        return health.statuses().stream()
                .filter(status -> status.name().equals(name))
                .findFirst();
    }

    private boolean isOk(String name) {
        return health(name).map(ExporterStatus::isOk).orElse(false);
    }

    private void awaitRefused(String name, String why) throws Exception {
        Waiting.until("it is told why", () -> health(name)
                .flatMap(ExporterStatus::degraded)
                .filter(degraded -> degraded.why().startsWith(why))
                .isPresent());
    }

    /** Waits until the service tells of a setting: then it counts. */
    private void awaitThere(String name, String key, Object value) throws Exception {
        String filter = "(&(" + Exporter.NAME + "=" + name + ")(" + key + "=" + value + "))";
        Waiting.until(filter + " is there", () -> isThere(filter));
    }

    private boolean isThere(String filter) {
        return !services(filter).isEmpty();
    }

    private Collection<ServiceReference<Exporter>> services(String filter) {
        try {
            return context.getServiceReferences(Exporter.class, filter);
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Removes those that are left; the feature stays. */
    @Override
    public void close() throws IOException {
        code.delete();
        Files.deleteIfExists(file);
        for (String name : List.of("shell", "s3")) {
            shell.run("config:delete " + pid(name));
        }
        shell.close();
    }
}
