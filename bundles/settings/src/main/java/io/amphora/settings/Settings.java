// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.settings;

import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the properties of a component as the annotation type that declares its settings. A name of that type is a key: two
 * underscores stand for one in the key, one for a dot. Text is taken without blanks around it, a number in the unit that
 * {@link In} says. Stateless.
 */
public final class Settings {

    private static final Logger LOG = LoggerFactory.getLogger(Settings.class);

    private static final String FILE = "felix.fileinstall.filename";
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private Settings() {}

    /**
     * Makes a component's value of its settings.
     *
     * @param <C> the type of the settings
     * @param <R> the type of the value
     * @param <X> the exception that making it may throw
     */
    @FunctionalInterface
    public interface Use<C, R, X extends Exception> {

        /**
         * Makes the value.
         *
         * @throws IllegalArgumentException if a setting cannot be; its message names the key
         * @throws java.io.UncheckedIOException if what it names cannot be used; its message names the key
         */
        R of(C settings) throws X;
    }

    /**
     * Reads settings, and logs a warning for each key that is unknown.
     *
     * @param type the annotation type
     * @param properties as the component gets them
     * @throws SettingException if a value is not of its setting's type or unit
     */
    public static <C extends Annotation> C of(Class<C> type, Map<String, ?> properties) {
        Map<String, Object> written = new HashMap<>();
        properties.forEach((key, value) -> {
            if (!key.startsWith(BYTE_ORDER_MARK + "#") && !key.startsWith(BYTE_ORDER_MARK + "!")) { // a comment
                written.put(withoutMark(key), value);
            }
        });
        Map<String, Object> values = new HashMap<>();
        Set<String> keys = new HashSet<>();
        for (Method setting : type.getDeclaredMethods()) {
            String key = key(setting.getName());
            keys.add(key);
            values.put(setting.getName(), value(setting, key, written.get(key), properties));
        }
        AlsoKnown others = type.getAnnotation(AlsoKnown.class);
        warnOfUnknown(new KnownKeys(keys, others == null ? Set.of() : Set.of(others.value())), written, properties);
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> method.getDeclaringClass().equals(type)
                        ? values.get(method.getName())
                        : ofObject(type, method, proxy, arguments)));
    }

    /**
     * Reads settings and makes a value of them, so that every error says which file it is in.
     *
     * @throws SettingException if a value is not of its setting's type or unit, or {@code use} refuses it
     */
    public static <C extends Annotation, R, X extends Exception> R use(
            Class<C> type, Map<String, ?> properties, Use<? super C, R, X> use) throws X {
        C settings = of(type, properties);
        try {
            return use.of(settings);
        } catch (SettingException e) {
            throw e;
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new SettingException(source(properties) + ": " + e.getMessage(), e);
        }
    }

    /** Returns the name of the file that a configuration comes from, or its PID if there is none. */
    public static String source(Map<String, ?> properties) {
        Object file = properties.get(FILE);
        return file == null
                ? String.valueOf(properties.get("service.pid"))
                : file.toString().replaceFirst(".*/", "");
    }

    private static Object value(Method setting, String key, Object written, Map<String, ?> properties) {
        try {
            return Values.of(setting, written);
        } catch (IllegalArgumentException e) {
            throw new SettingException(
                    source(properties) + ": " + key + (written == null ? "" : " = " + written) + e.getMessage(), e);
        }
    }

    private static void warnOfUnknown(KnownKeys known, Map<String, Object> written, Map<String, ?> properties) {
        new TreeMap<>(written).keySet().stream().filter(known::isUnknown).forEach(key -> {
            String meant = known.nearest(key)
                    .map(near -> "; did you mean " + near + "?")
                    .orElse("");
            LOG.warn("{}: the key {} is unknown and has no effect{}", source(properties), key, meant);
        });
    }

    /** An editor may write a byte order mark, which then begins the first key. */
    private static String withoutMark(String key) {
        return key.startsWith(BYTE_ORDER_MARK) ? key.substring(1) : key;
    }

    private static String key(String name) {
        return name.replace("__", "\0").replace('_', '.').replace('\0', '_');
    }

    /** The methods that every annotation has. No values in the text: some are secrets. */
    private static Object ofObject(Class<?> type, Method method, Object proxy, Object[] arguments) {
        return switch (method.getName()) {
            case "annotationType" -> type;
            case "toString" -> "@" + type.getName();
            case "hashCode" -> System.identityHashCode(proxy);
            case "equals" -> proxy == arguments[0];
            default -> throw new IllegalStateException(method.toString());
        };
    }
}
