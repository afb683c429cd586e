// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import java.util.Arrays;
import java.util.Locale;

/** How much of what the server holds is compared with a file before it counts as delivered. */
enum Verification {
    /** Size, and checksum or ETag where the server gives one. */
    FULL,
    /** Size only: for servers whose ETags look like MD5 digests and are none. */
    SIZE,
    /** Nothing: for credentials that may not read. */
    NONE;

    /** @throws IllegalArgumentException naming the setting */
    static Verification of(String setting) {
        return Arrays.stream(values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(setting.strip()))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("verification: " + setting + " is none of full, size, none"));
    }
}
