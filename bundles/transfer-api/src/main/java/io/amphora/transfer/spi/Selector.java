// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;

/**
 * Which files an exporter wants: an OSGi filter over {@code client_id}, {@code file_id}, {@code name}, {@code size} and
 * the members of {@code user_data}, as in {@code (&(name=*.mp4)(user_data.site=north))}. Attribute names are compared
 * without regard to case, as OSGi filters do. Immutable.
 */
public final class Selector {

    private static final Selector ALL = new Selector(Optional.empty());

    private final Optional<Filter> filter;

    private Selector(Optional<Filter> filter) {
        this.filter = filter;
    }

    /**
     * The selector that a setting spells.
     *
     * @param filter empty for every file
     * @throws IllegalArgumentException if it is no OSGi filter, saying where
     */
    public static Selector parse(String filter) {
        if (filter.isBlank()) {
            return ALL;
        }
        try {
            return new Selector(Optional.of(FrameworkUtil.createFilter(filter)));
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException("selector: " + e.getMessage(), e);
        }
    }

    /** Whether the file is wanted. */
    public boolean matches(TransferId id, FileMeta meta, long size) {
        return filter.isEmpty() || filter.get().matches(attributes(id, meta, size));
    }

    private static Map<String, Object> attributes(TransferId id, FileMeta meta, long size) {
        Map<String, Object> attributes = UserDataAttributes.of(meta);
        attributes.put("client_id", id.clientId());
        attributes.put("file_id", id.fileId());
        attributes.put("name", meta.name().value());
        attributes.put("size", size);
        return attributes;
    }
}
