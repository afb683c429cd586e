// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import java.lang.reflect.Proxy;
import java.util.Map;

/** Settings as an operator would write them, without a container that reads them. */
public final class WrittenSettings {

    private WrittenSettings() {}

    /** Some keys, spelt as in the file, and the defaults for the others. */
    public static <T> T of(Class<T> config, Map<String, ?> values) {
        return config.cast(Proxy.newProxyInstance(
                config.getClassLoader(),
                new Class<?>[] {config},
                (proxy, method, arguments) -> value(values, keyOf(method.getName()), method.getDefaultValue())));
    }

    private static Object value(Map<String, ?> values, String key, Object otherwise) {
        return values.containsKey(key) ? values.get(key) : otherwise;
    }

    private static String keyOf(String method) {
        return method.replace("__", "\0").replace('_', '.').replace('\0', '_');
    }
}
