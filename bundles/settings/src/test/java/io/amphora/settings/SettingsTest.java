// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.settings;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.Test;

/** The settings of a component, as they are written. */
public final class SettingsTest {

    @AlsoKnown("handler")
    @interface Sample {
        String root();

        String exporter_name() default "unnamed";

        String[] origins() default {};

        boolean link() default true;

        @In(Unit.BYTES)
        long max__spool__size() default 5;

        @In(Unit.SECONDS)
        int idle__timeout() default 10;

        @In(Unit.BYTES_PER_SECOND)
        long max__rate() default 0;

        int threads() default 8;
    }

    private static final String FILE = "io.amphora.sample-a.cfg";

    private static Sample read(Map<String, ?> written) {
        Map<String, Object> properties = new HashMap<>(written);
        properties.put("felix.fileinstall.filename", "file:/tmp/etc/" + FILE);
        return Settings.of(Sample.class, properties);
    }

    private static String refusal(String key, Object value) {
        return assertThrows(SettingException.class, () -> read(Map.of(key, value)))
                .getMessage();
    }

    /** The warnings that reading logs. */
    private static List<String> warnings(Map<String, ?> written) {
        PrintStream before = System.err;
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
        try {
            read(written);
        } finally {
            System.setErr(before);
        }
        return logged.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("WARN"))
                .map(line -> line.substring(line.indexOf(FILE)))
                .toList();
    }

    @Test
    public void whatIsNotWrittenHasItsDefault() {
        Sample sample = read(Map.of());
        assertEquals(null, sample.root());
        assertEquals("unnamed", sample.exporter_name());
        assertEquals(5, sample.max__spool__size());
        assertTrue(sample.link());
    }

    @Test
    public void namesStandForKeys() {
        Sample sample = read(Map.of("exporter.name", "a", "max_spool_size", "7"));
        assertEquals("a", sample.exporter_name());
        assertEquals(7, sample.max__spool__size());
    }

    @Test
    public void programsMaySetNumbersAndLists() {
        Sample sample = read(Map.of(
                "max_spool_size", 7, "idle_timeout", 8L, "link", false, "origins", List.of("a", " b"), "threads", "9"));
        assertEquals(7, sample.max__spool__size());
        assertEquals(8, sample.idle__timeout());
        assertEquals(false, sample.link());
        assertArrayEquals(new String[] {"a", "b"}, sample.origins());
        assertEquals(9, sample.threads());
        assertEquals(3, read(Map.of("threads", new int[] {3, 4})).threads());
    }

    @Test
    public void blanksAroundAValueDoNotCount() {
        Sample sample = read(Map.of(
                "root",
                "/tmp/x \t\r",
                "link",
                "false ",
                "threads",
                "9\t",
                "max_spool_size",
                " 1 GB ",
                "origins",
                "a,b "));
        assertEquals("/tmp/x", sample.root());
        assertEquals(false, sample.link());
        assertEquals(9, sample.threads());
        assertEquals(1_000_000_000, sample.max__spool__size());
        assertArrayEquals(new String[] {"a,b"}, sample.origins());
    }

    @Test
    public void aByteOrderMarkBelongsToNoKey() {
        assertEquals("/x", read(Map.of("\uFEFFroot", "/x")).root());
        assertEquals(List.of(), warnings(Map.of("\uFEFFroot", "/x")));
        assertEquals(List.of(), warnings(Map.of("\uFEFF#", "a comment that a mark makes a key")));
    }

    @Test
    public void anErrorNamesFileKeyAndWhatIsAllowed() {
        assertEquals(
                FILE + ": max_spool_size = 1GX is not a size; write 1000000000, 1GB or 1GiB"
                        + " (units: B, kB, KiB, MB, MiB, GB, GiB, TB, TiB)",
                refusal("max_spool_size", "1GX"));
        assertEquals(
                FILE + ": idle_timeout = 5m is not a duration in whole seconds; write 90, 90s or 5min"
                        + " (units: ms, s, min, h, d)",
                refusal("idle_timeout", "5m"));
        assertEquals(FILE + ": link = yes is neither true nor false", refusal("link", "yes"));
        assertEquals(
                FILE + ": threads = many is not a whole number; write it with digits only, as in 1000",
                refusal("threads", "many"));
        assertEquals(
                FILE + ": threads = 3000000000 is out of range: at most 2147483647", refusal("threads", "3000000000"));
    }

    @Test
    public void whatAComponentRefusesNamesTheFileToo() {
        SettingException refused = assertThrows(
                SettingException.class,
                () -> Settings.use(Sample.class, Map.of("service.pid", "io.amphora.sample"), sample -> {
                    throw new IllegalArgumentException("threads is 1 to 4, not " + sample.threads());
                }));
        assertEquals("io.amphora.sample: threads is 1 to 4, not 8", refused.getMessage());
    }

    @Test
    public void anUnknownKeyIsReportedWithTheNearestKnownOne() {
        assertEquals(
                List.of(FILE + ": the key max_spoolsize is unknown and has no effect; did you mean max_spool_size?"),
                warnings(Map.of("max_spoolsize", "1GB")));
        assertEquals(
                List.of(FILE + ": the key maxSpoolSize is unknown and has no effect; did you mean max_spool_size?"),
                warnings(Map.of("maxSpoolSize", "1GB")));
        assertEquals(
                List.of(FILE + ": the key exporter.nmae is unknown and has no effect; did you mean exporter.name?"),
                warnings(Map.of("exporter.nmae", "x")));
        assertEquals(
                List.of(FILE + ": the key colour is unknown and has no effect"), warnings(Map.of("colour", "red")));
    }

    @Test
    public void keysOfFrameworksAreNotUnknown() {
        assertEquals(
                List.of(),
                warnings(Map.of(
                        "service.pid", "x",
                        "service.factoryPid", "x",
                        "component.id", 1L,
                        "handler.cardinality.minimum", "1",
                        "dataSource.target", "(a=b)",
                        "handler", "file-transfer",
                        "objectClass", new String[] {"x"})));
    }
}
