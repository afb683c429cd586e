// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.amphora.transfer.FileMeta;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code user_data} as the attributes that a {@link Selector} sees: scalars, and arrays of scalars, by dotted path. Of
 * two names that differ in case only, the first counts.
 */
public final class UserDataAttributes {

    private static final JsonFactory JSON = new JsonFactory();

    /** OSGi filters know no case of names. */
    private final Map<String, Object> attributes = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private UserDataAttributes() {}

    /** Their names are compared without regard to case. */
    public static Map<String, Object> of(FileMeta meta) {
        UserDataAttributes flat = new UserDataAttributes();
        if (meta.userData().isPresent()) {
            try (JsonParser parser = JSON.createParser(meta.userData().get())) {
                parser.nextToken();
                flat.add("user_data", parser);
            } catch (IOException e) {
                throw new UncheckedIOException("user data was valid JSON when it was accepted", e);
            }
        }
        return flat.attributes;
    }

    private void add(String path, JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            for (String member = parser.nextFieldName(); member != null; member = parser.nextFieldName()) {
                parser.nextToken();
                add(path + "." + member, parser);
            }
        } else if (parser.currentToken() == JsonToken.START_ARRAY) {
            addArray(path, parser);
        } else if (parser.currentToken() != JsonToken.VALUE_NULL) {
            attributes.putIfAbsent(path, parser.getText());
        }
    }

    private void addArray(String path, JsonParser parser) throws IOException {
        List<String> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken().isScalarValue()) {
                values.add(parser.getText());
            } else {
                parser.skipChildren();
            }
        }
        attributes.putIfAbsent(path, values);
    }
}
