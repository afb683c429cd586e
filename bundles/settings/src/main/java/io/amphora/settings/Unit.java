// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.settings;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The unit of a number, and the notations that it accepts. Immutable. */
public enum Unit {
    /** Things that are counted: plain numbers only. */
    COUNT("a whole number", "write it with digits only, as in 1000", Map.of("", 1L), 1),

    /** Things per second: a plain number, or one with {@code /s}. */
    PER_SECOND("a rate", "write 100 or 100/s", Map.of("", 1L, "/s", 1L), 1),

    /** Bytes: {@code kB} to {@code TB} are powers of 1000, {@code KiB} to {@code TiB} powers of 1024. */
    BYTES("a size", "write 1000000000, 1GB or 1GiB (units: B, kB, KiB, MB, MiB, GB, GiB, TB, TiB)", Factors.SIZES, 1),

    /** Bytes per second: a size, with or without {@code /s}. */
    BYTES_PER_SECOND("a rate in bytes per second", "write 1000000, 1MB/s or 1MiB/s", Factors.RATES, 1),

    /** Milliseconds if nothing is written. */
    MILLISECONDS("a duration", "write 1500, 1500ms or 15s (units: ms, s, min, h, d)", Factors.TIMES, 1),

    /** Seconds if nothing is written. */
    SECONDS("a duration in whole seconds", "write 90, 90s or 5min (units: ms, s, min, h, d)", Factors.TIMES, 1_000),

    /** Hours if nothing is written. */
    HOURS("a duration in whole hours", "write 48, 48h or 2d (units: ms, s, min, h, d)", Factors.TIMES, 3_600_000);

    private static final Pattern NUMBER = Pattern.compile("([+-]?[0-9]+)\\s*(\\S*)");

    private final String kind;
    private final String hint;

    @SuppressWarnings("ImmutableEnumChecker") // made by Map.of or Map.copyOf
    private final Map<String, Long> factors;

    private final long own;

    Unit(String kind, String hint, Map<String, Long> factors, long own) {
        this.kind = kind;
        this.hint = hint;
        this.factors = factors;
        this.own = own;
    }

    /**
     * Reads a number in this unit.
     *
     * @param text without blanks around it
     * @throws IllegalArgumentException whose message continues "key = text"
     */
    long parse(String text) {
        Matcher number = NUMBER.matcher(text);
        if (!number.matches()) {
            throw wrong();
        }
        String suffix = number.group(2);
        Long factor = suffix.isEmpty() ? Long.valueOf(own) : factors.get(suffix);
        if (factor == null) {
            throw wrong();
        }
        BigInteger[] value = new BigInteger(number.group(1))
                .multiply(BigInteger.valueOf(factor))
                .divideAndRemainder(BigInteger.valueOf(own));
        if (value[1].signum() != 0) {
            throw wrong();
        }
        if (value[0].bitLength() >= Long.SIZE) {
            throw new IllegalArgumentException(" is too large");
        }
        return value[0].longValue();
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException(" is not " + kind + "; " + hint);
    }

    /** The factors of the written units. They stand here because constants of an enum cannot refer to its own fields. */
    private static final class Factors {

        static final Map<String, Long> SIZES = Map.of(
                "B", 1L,
                "kB", 1_000L,
                "KB", 1_000L,
                "KiB", 1L << 10,
                "MB", 1_000_000L,
                "MiB", 1L << 20,
                "GB", 1_000_000_000L,
                "GiB", 1L << 30,
                "TB", 1_000_000_000_000L,
                "TiB", 1L << 40);

        static final Map<String, Long> RATES = rates();

        static final Map<String, Long> TIMES =
                Map.of("ms", 1L, "s", 1_000L, "min", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

        private static Map<String, Long> rates() {
            Map<String, Long> rates = new HashMap<>(SIZES);
            SIZES.forEach((unit, factor) -> rates.put(unit + "/s", factor));
            rates.put("/s", 1L);
            return Map.copyOf(rates);
        }
    }
}
