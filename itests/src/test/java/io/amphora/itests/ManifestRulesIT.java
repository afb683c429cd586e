// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;

import io.amphora.itests.Distribution.OwnBundle;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.Test;

/** The rules of the layout, read from the bundles as they ship. */
public final class ManifestRulesIT {

    /** Who alone may see a library, by the beginning of its packages. */
    private static final Map<String, Set<String>> RESERVED = Map.of(
            "io.netty", Set.of("io.amphora.mqtt.netty", "io.amphora.client"),
            "com.hivemq", Set.of("io.amphora.client"),
            "org.eclipse.paho", Set.of("io.amphora.client"),
            "software.amazon", Set.of("io.amphora.export.s3"),
            "java.sql", Set.of("io.amphora.transfer.catalog"),
            "javax.sql", Set.of("io.amphora.transfer.catalog"),
            "org.apache.karaf", Set.of("io.amphora.console"));

    private final List<OwnBundle> bundles = Distribution.bundles();

    @Test
    public void theBundlesAreThere() {
        assertFalse(bundles.isEmpty());
    }

    @Test
    public void aBundleExportsPackagesOrRegistersServices() {
        for (OwnBundle bundle : bundles) {
            boolean exports = !bundle.header("Export-Package").isEmpty();
            boolean serves = !bundle.header("Service-Component").isEmpty()
                    || bundle.header("Provide-Capability").containsKey("osgi.service")
                    || !bundle.header("Karaf-Commands").isEmpty();
            assertFalse(bundle + " exports packages and registers services", exports && serves);
        }
    }

    @Test
    public void aLibraryIsSeenByItsAdapterOnly() {
        for (OwnBundle bundle : bundles) {
            RESERVED.forEach((library, allowed) -> {
                if (!allowed.contains(bundle.symbolicName())) {
                    assertEquals(bundle + " sees " + library, List.of(), importsBelow(bundle, library));
                    assertEquals(bundle + " embeds " + library, List.of(), classesBelow(bundle, library));
                }
            });
        }
    }

    @Test
    public void theBrokerDoesNotKnowFileTransfer() {
        assertNoImports("io.amphora.mqtt", "io.amphora.transfer");
        assertNoImports("io.amphora.mqtt", "io.amphora.export");
    }

    @Test
    public void exportersDoNotKnowMqtt() {
        assertNoImports("io.amphora.export", "io.amphora.mqtt");
    }

    @Test
    public void theTransferApiDoesNotKnowMqtt() {
        for (OwnBundle bundle : bundles) {
            if (bundle.symbolicName().equals("io.amphora.transfer")) {
                assertEquals(List.of(), importsBelow(bundle, "io.amphora.mqtt"));
            }
        }
    }

    @Test
    public void classesStandBelowTheSymbolicName() {
        for (OwnBundle bundle : bundles) {
            String root = bundle.symbolicName().replace('.', '/') + "/";
            List<String> strays = bundle.entries().stream()
                    .filter(entry -> entry.endsWith(".class") && !entry.startsWith(root))
                    .toList();
            assertEquals(bundle.toString(), List.of(), strays);
        }
    }

    private void assertNoImports(String from, String to) {
        for (OwnBundle bundle : bundles) {
            if (isBelow(bundle.symbolicName(), from)) {
                assertEquals(bundle + " imports " + to, List.of(), importsBelow(bundle, to));
            }
        }
    }

    private static List<String> importsBelow(OwnBundle bundle, String root) {
        return bundle.header("Import-Package").keySet().stream()
                .filter(name -> isBelow(name, root))
                .toList();
    }

    private static List<String> classesBelow(OwnBundle bundle, String root) {
        return bundle.entries().stream()
                .filter(entry -> entry.startsWith(root.replace('.', '/') + "/"))
                .toList();
    }

    private static boolean isBelow(String name, String root) {
        return name.equals(root) || name.startsWith(root + ".");
    }
}
