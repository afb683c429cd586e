// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import static org.junit.Assert.assertTrue;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import io.amphora.itests.RunningAmphora;
import io.amphora.itests.Waiting;
import io.amphora.itests.conformance.guard.Passwords;
import io.amphora.itests.wire.Hex;
import io.amphora.itests.wire.Peer;
import io.amphora.mqtt.spi.Authenticator;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/** Gives the running broker the services of the package {@code guard} for some tests. Confined to the tests' thread. */
final class GuardBundle extends ExternalResource {

    private static final Pattern ID = Pattern.compile("Bundle ID: (\\d+)");

    private final TemporaryFolder folder = new TemporaryFolder();
    private String id;

    @Override
    protected void before() throws Exception {
        folder.create();
        Path file = folder.getRoot().toPath().resolve("guard.jar");
        write(file);
        String printed = ConformanceIT.amphora().shell("bundle:install -s " + file.toUri());
        Matcher matcher = ID.matcher(printed);
        assertTrue(printed, matcher.find());
        id = matcher.group(1);
        Waiting.until("strangers are refused", () -> !letsStrangersIn());
    }

    private static void write(Path file) throws Exception {
        try (Builder builder = new Builder()) {
            builder.setBundleSymbolicName("io.amphora.itests.guard");
            builder.setBundleVersion("1");
            builder.setPrivatePackage(Passwords.class.getPackageName());
            builder.addClasspath(home(Passwords.class));
            builder.addClasspath(home(Authenticator.class));
            Jar jar = builder.build();
            assertTrue(builder.getErrors().toString(), builder.isOk());
            jar.write(file.toFile());
        }
    }

    private static File home(Class<?> type) throws URISyntaxException {
        return new File(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static boolean letsStrangersIn() throws Exception {
        try (Peer peer = Peers.open()) {
            peer.send(Hex.connect5("stranger", "02", ""));
            return peer.read().startsWith("00", 6);
        }
    }

    @Override
    protected void after() {
        try {
            RunningAmphora amphora = ConformanceIT.amphora();
            amphora.shell("bundle:uninstall " + id);
            Waiting.until("strangers are let in", GuardBundle::letsStrangersIn);
        } catch (Exception e) {
            throw new AssertionError(e);
        } finally {
            folder.delete();
        }
    }
}
