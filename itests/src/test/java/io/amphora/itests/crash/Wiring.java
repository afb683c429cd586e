// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

/**
 * As much of Declarative Services as makes a component: the public constructor gets the settings of its file, its
 * properties, and references by their type; what it asks the framework for is empty. Confined to one thread.
 */
final class Wiring {

    private final Path data;

    Wiring(Path data) {
        this.data = data;
    }

    <T> T create(Class<T> component, String file, Object... references)
            throws IOException, ReflectiveOperationException {
        Properties settings = Settings.read(data.resolve("etc").resolve(file));
        Constructor<?> constructor = component.getConstructors()[0];
        constructor.setAccessible(true);
        String pid = file.replace(".cfg", "").replaceFirst("-", "~");
        Object[] arguments = Arrays.stream(constructor.getParameters())
                .map(parameter -> argument(parameter, settings, pid, references))
                .toArray();
        return component.cast(constructor.newInstance(arguments));
    }

    private Object argument(Parameter parameter, Properties settings, String pid, Object... references) {
        Class<?> type = parameter.getType();
        if (type == Map.class) {
            return properties(settings, pid);
        }
        return Arrays.stream(references).filter(type::isInstance).findFirst().orElseGet(() -> framework(type));
    }

    /** Stands for a framework in which nothing is installed. */
    private static Object framework(Class<?> type) {
        if (type == Version.class) {
            return Version.emptyVersion;
        } else if (type == Collection.class) {
            return List.of();
        } else if (!type.getName().startsWith("org.osgi.")) {
            throw new IllegalArgumentException("nothing to wire for " + type);
        }
        return Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> method.getName().equals("getService")
                        ? ((Offer) Proxy.getInvocationHandler(arguments[0])).service()
                        : framework(method.getReturnType()));
    }

    /** What a reference to a service does, which has no properties. */
    private record Offer(Object service) implements InvocationHandler {

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) {
            return switch (method.getName()) {
                case "hashCode" -> System.identityHashCode(service);
                case "equals" -> proxy == arguments[0];
                default -> null;
            };
        }
    }

    /** A reference by which a component gets a service from its bundle's context. */
    static ServiceReference<?> reference(Object service) {
        return (ServiceReference<?>) Proxy.newProxyInstance(
                ServiceReference.class.getClassLoader(), new Class<?>[] {ServiceReference.class}, new Offer(service));
    }

    private Map<String, Object> properties(Properties settings, String pid) {
        Map<String, Object> properties = new HashMap<>();
        settings.stringPropertyNames()
                .forEach(key ->
                        properties.put(key, settings.getProperty(key).replace("${karaf.base}", data.toString())));
        properties.put("service.pid", pid);
        return properties;
    }

    /** Gives a component a reference that comes and goes. */
    void bind(Object component, String method, Class<?> service, Object... arguments)
            throws ReflectiveOperationException {
        Class<?>[] types = arguments.length == 1 ? new Class<?>[] {service} : new Class<?>[] {service, Map.class};
        Method bind = component.getClass().getDeclaredMethod(method, types);
        bind.setAccessible(true);
        bind.invoke(component, arguments);
    }
}
