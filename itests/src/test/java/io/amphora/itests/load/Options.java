// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.load;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** {@code --key value} and {@code --flag} of a command line. Immutable once parsed. */
public final class Options {

    private final Map<String, String> values = new HashMap<>();

    public static Options parse(String[] arguments, int from) {
        Options options = new Options();
        for (int i = from; i < arguments.length; i++) {
            if (!arguments[i].startsWith("--")) {
                throw new IllegalArgumentException("not an option: " + arguments[i]);
            }
            boolean flag = i + 1 == arguments.length || arguments[i + 1].startsWith("--");
            options.values.put(arguments[i].substring(2), flag ? "true" : arguments[++i]);
        }
        return options;
    }

    public Optional<String> text(String key) {
        return Optional.ofNullable(values.get(key));
    }

    public int number(String key, int otherwise) {
        return text(key).map(Integer::parseInt).orElse(otherwise);
    }

    public long number(String key, long otherwise) {
        return text(key).map(Long::parseLong).orElse(otherwise);
    }

    public boolean flag(String key, boolean otherwise) {
        return text(key).map(Boolean::parseBoolean).orElse(otherwise);
    }
}
