// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.itests.Distribution.OwnBundle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The settings files that ship say exactly what the components understand. */
public final class SettingsIT {

    /** {@code key = value} is set; {@code #key = value}, without a blank, shows a default. */
    private static final Pattern SETTING = Pattern.compile("(#?)([\\w.]+) *= ?(.*)");

    @Test
    public void everyComponentWithSettingsHasAFileAndEveryFileAComponent() throws Exception {
        Set<String> pids = files().keySet().stream().map(SettingsIT::pid).collect(Collectors.toSet());
        assertEquals(metatypes().keySet(), pids);
    }

    @Test
    public void aFileHasEveryKeyAndNoOther() throws Exception {
        Map<String, Map<String, Setting>> files = files();
        Map<String, Map<String, String>> metatypes = metatypes();
        files.forEach((name, file) -> {
            Map<String, String> metatype = metatypes.getOrDefault(pid(name), Map.of());
            assertEquals(name, new TreeMap<>(metatype).keySet(), new TreeMap<>(file).keySet());
        });
    }

    @Test
    public void aKeyThatIsCommentedOutShowsItsDefault() throws Exception {
        Map<String, Map<String, String>> metatypes = metatypes();
        files().forEach((name, file) -> file.forEach((key, setting) -> {
            if (setting.commentedOut()) {
                assertEquals(
                        name + " " + key,
                        metatypes.getOrDefault(pid(name), Map.of()).get(key),
                        setting.value());
            }
        }));
    }

    @Test
    public void everyKeyIsExplained() throws Exception {
        files().forEach((name, file) ->
                file.forEach((key, setting) -> assertTrue(name + " " + key + " has no comment", setting.explained())));
    }

    private record Setting(boolean commentedOut, String value, boolean explained) {}

    /** PID or factory PID, to key, to default. */
    private static Map<String, Map<String, String>> metatypes() throws Exception {
        Map<String, Map<String, String>> metatypes = new TreeMap<>();
        for (OwnBundle bundle : Distribution.bundles()) {
            for (String entry : bundle.entries()) {
                if (entry.matches("OSGI-INF/metatype/.*\\.xml")) {
                    read(bundle.read(entry), metatypes);
                }
            }
        }
        return metatypes;
    }

    private static void read(byte[] xml, Map<String, Map<String, String>> metatypes) throws Exception {
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(xml));
        Map<String, String> keys = new LinkedHashMap<>();
        for (Element definition : elements(document, "AD")) {
            String id = definition.getAttribute("id");
            // Which service a reference is bound to is wiring, not an operator's setting.
            if (!id.endsWith(".target")) {
                keys.put(id, definition.getAttribute("default"));
            }
        }
        if (keys.isEmpty()) {
            return;
        }
        for (Element designate : elements(document, "Designate")) {
            String factory = designate.getAttribute("factoryPid");
            metatypes.put(factory.isEmpty() ? designate.getAttribute("pid") : factory, keys);
        }
    }

    private static List<Element> elements(Document document, String name) {
        NodeList nodes = document.getElementsByTagName(name);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    /** The PID or factory PID that a file is for. */
    private static String pid(String file) {
        return file.replaceFirst("(-[^.]*)?\\.cfg$", "");
    }

    /** File, to key, to what it says. */
    private static Map<String, Map<String, Setting>> files() throws IOException {
        Map<String, Map<String, Setting>> files = new TreeMap<>();
        Path etc = Distribution.directory().resolve("etc");
        try (DirectoryStream<Path> own = Files.newDirectoryStream(etc, "io.amphora.*.cfg")) {
            for (Path file : own) {
                files.put(file.getFileName().toString(), read(file));
            }
        }
        return files;
    }

    private static Map<String, Setting> read(Path file) throws IOException {
        Map<String, Setting> settings = new LinkedHashMap<>();
        String above = "";
        for (String line : Files.readAllLines(file)) {
            Matcher setting = SETTING.matcher(line);
            if (setting.matches()) {
                settings.put(
                        setting.group(2),
                        new Setting(!setting.group(1).isEmpty(), setting.group(3), above.startsWith("# ")));
            } else {
                above = line;
            }
        }
        return settings;
    }
}
