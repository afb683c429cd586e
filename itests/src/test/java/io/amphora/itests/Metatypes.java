// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import io.amphora.itests.Distribution.OwnBundle;
import java.io.ByteArrayInputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The settings that the project's own bundles declare. Immutable. */
final class Metatypes {

    private Metatypes() {}

    /** PID or factory PID, to key, to default. */
    static Map<String, Map<String, String>> defaults() throws Exception {
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
}
