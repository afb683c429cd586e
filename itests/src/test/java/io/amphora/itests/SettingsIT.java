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
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        assertEquals(metatypes().keySet(), files().keySet());
    }

    @Test
    public void aFileHasEveryKeyAndNoOther() throws Exception {
        Map<String, Map<String, Setting>> files = files();
        for (Map.Entry<String, Map<String, String>> metatype : metatypes().entrySet()) {
            Map<String, Setting> file = files.getOrDefault(metatype.getKey(), Map.of());
            assertEquals(metatype.getKey(), new TreeMap<>(metatype.getValue()).keySet(), new TreeMap<>(file).keySet());
        }
    }

    @Test
    public void aKeyThatIsCommentedOutShowsItsDefault() throws Exception {
        Map<String, Map<String, String>> metatypes = metatypes();
        files().forEach((pid, file) -> file.forEach((key, setting) -> {
            if (setting.commentedOut()) {
                assertEquals(
                        pid + " " + key, metatypes.getOrDefault(pid, Map.of()).get(key), setting.value());
            }
        }));
    }

    @Test
    public void everyKeyIsExplained() throws Exception {
        files().forEach((pid, file) ->
                file.forEach((key, setting) -> assertTrue(pid + " " + key + " has no comment", setting.explained())));
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

    /** PID or factory PID, to key, to what the file says. */
    private static Map<String, Map<String, Setting>> files() throws IOException {
        Map<String, Map<String, Setting>> files = new TreeMap<>();
        Path etc = Distribution.directory().resolve("etc");
        for (Path folder : List.of(etc, etc.resolve("examples"))) {
            try (DirectoryStream<Path> own = Files.newDirectoryStream(folder, "io.amphora.*.cfg")) {
                for (Path file : own) {
                    String name = file.getFileName().toString().replaceFirst("(-[^.]*)?\\.cfg$", "");
                    files.put(name, read(file));
                }
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
