// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import aQute.bnd.header.OSGiHeader;
import aQute.bnd.header.Parameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** The assembled distribution as files. Immutable. */
final class Distribution {

    private Distribution() {}

    /** The root of the source tree, where the {@code amphora} script stands. */
    static Path home() {
        return Path.of(System.getProperty("amphora.home")).toAbsolutePath().normalize();
    }

    static Path directory() {
        return home().resolve("karaf-distribution/target/assembly");
    }

    /** The project's own bundles. */
    static List<OwnBundle> bundles() {
        try (Stream<Path> files = Files.walk(directory().resolve("system/io/amphora"))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .map(OwnBundle::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One of the project's bundles. */
    record OwnBundle(Path jar) {

        Parameters header(String name) {
            try (JarFile file = new JarFile(jar.toFile())) {
                return OSGiHeader.parseHeader(
                        file.getManifest().getMainAttributes().getValue(name));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String symbolicName() {
            return header("Bundle-SymbolicName").keySet().iterator().next();
        }

        List<String> entries() {
            try (JarFile file = new JarFile(jar.toFile())) {
                return file.stream()
                        .filter(entry -> !entry.isDirectory())
                        .map(ZipEntry::getName)
                        .toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        byte[] read(String entry) {
            try (JarFile file = new JarFile(jar.toFile())) {
                return file.getInputStream(file.getEntry(entry)).readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String toString() {
            return symbolicName();
        }
    }
}
