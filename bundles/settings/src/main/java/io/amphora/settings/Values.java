// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.settings;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Turns the value of a property into the type of its setting. Messages of exceptions continue "key = value". Stateless.
 */
final class Values {

    private Values() {}

    /** Returns the value, or the setting's default if there is none; {@code null} if there is no default either. */
    static Object of(Method setting, Object written) {
        Class<?> type = setting.getReturnType();
        if (written != null && type.equals(String[].class)) {
            return all(written).map(each -> each.toString().strip()).toArray(String[]::new);
        }
        Object first = written == null ? null : all(written).findFirst().orElse(null);
        return first == null ? absent(setting) : one(setting, type, first);
    }

    private static Object absent(Method setting) {
        Object value = setting.getDefaultValue();
        if (value == null && setting.getReturnType().isPrimitive()) {
            throw new IllegalArgumentException(" is missing, and has no default");
        }
        return value;
    }

    private static Object one(Method setting, Class<?> type, Object value) {
        String text = value.toString().strip();
        if (type.equals(String.class)) {
            return text;
        }
        if (type.equals(boolean.class)) {
            return bool(text);
        }
        long number = unit(setting).parse(text);
        if (type.equals(long.class)) {
            return number;
        }
        if (type.equals(int.class)) {
            if (number < Integer.MIN_VALUE || number > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(" is out of range: at most " + Integer.MAX_VALUE);
            }
            return (int) number;
        }
        throw new IllegalStateException(setting + " has a type that no setting has");
    }

    private static Unit unit(Method setting) {
        In unit = setting.getAnnotation(In.class);
        return unit == null ? Unit.COUNT : unit.value();
    }

    private static boolean bool(String text) {
        if (text.equalsIgnoreCase("true")) {
            return true;
        }
        if (text.equalsIgnoreCase("false")) {
            return false;
        }
        throw new IllegalArgumentException(" is neither true nor false");
    }

    /** Returns the values of a property: several in an array or collection, as programs set them. */
    private static Stream<?> all(Object written) {
        if (written instanceof Collection<?> values) {
            return values.stream();
        }
        return written.getClass().isArray()
                ? IntStream.range(0, Array.getLength(written)).mapToObj(i -> Array.get(written, i))
                : Stream.of(written);
    }
}
