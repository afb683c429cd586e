// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;

/** A jar as a bundle that exports all its packages: manifests leave some out, as that of Paho's MQTT 5 client does. */
final class OpenBundle {

    private static final Pattern SIGNED = Pattern.compile("META-INF/(MANIFEST\\.MF|.*\\.SF|.*\\.RSA)");

    private OpenBundle() {}

    /** Writes the bundle that holds a class of the jar, and returns its URL. */
    static String of(Class<?> type, Path folder) throws IOException {
        URL source = type.getProtectionDomain().getCodeSource().getLocation();
        Path target = folder.resolve(Path.of(source.getPath()).getFileName());
        Files.createDirectories(folder);
        try (JarFile jar = new JarFile(source.getPath())) {
            Manifest manifest = new Manifest(jar.getManifest());
            manifest.getEntries().clear(); // digests for a signature that would not fit
            Attributes main = manifest.getMainAttributes();
            main.putValue("Export-Package", String.join(",", packages(jar)));
            main.putIfAbsent(new Attributes.Name("Bundle-ManifestVersion"), "2");
            main.putIfAbsent(new Attributes.Name("Bundle-SymbolicName"), type.getPackageName());
            try (OutputStream file = Files.newOutputStream(target);
                    JarOutputStream out = new JarOutputStream(file, manifest)) {
                copy(jar, out);
            }
        }
        return target.toUri().toString();
    }

    private static Set<String> packages(JarFile jar) {
        Set<String> packages = new TreeSet<>();
        jar.stream()
                .map(JarEntry::getName)
                .filter(name -> name.endsWith(".class"))
                .forEach(name ->
                        packages.add(name.substring(0, name.lastIndexOf('/')).replace('/', '.')));
        return packages;
    }

    private static void copy(JarFile jar, JarOutputStream out) throws IOException {
        for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
            if (!entry.isDirectory() && !SIGNED.matcher(entry.getName()).matches()) {
                out.putNextEntry(new JarEntry(entry.getName()));
                try (InputStream in = jar.getInputStream(entry)) {
                    in.transferTo(out);
                }
            }
        }
    }
}
