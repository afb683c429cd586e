// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import io.amphora.transfer.TransferId;
import java.util.ArrayList;
import java.util.List;

/** Ids that a client may use and that a careless exporter stumbles over. */
public final class HostileIds {

    private static final String LONG = "x".repeat(65_000);

    private static final List<String> IDS = List.of(
            ".",
            "..",
            "../..",
            "/",
            "/etc/passwd",
            "\\",
            "..\\..",
            "a/b",
            "a/../b",
            "%",
            "%2E",
            "%2e",
            "%00",
            "~",
            "~root",
            "-rf",
            "$(reboot)",
            "`reboot`",
            "a b",
            " a",
            "a ",
            "a.",
            "a..",
            ".a",
            "A",
            "a",
            "con",
            "NUL",
            "C:",
            "a\nb",
            "\u0001",
            "\u007F",
            "\u0085",
            "\u2028",
            "\u202Egnp.exe",
            "\u00E9",
            "e\u0301",
            "\uD83C\uDF1A",
            "\u4E2D\u6587",
            "?",
            "*",
            "|",
            "<>",
            "\"",
            "'",
            ".staging",
            "file.bin",
            "file.bin.MANIFEST.json",
            LONG,
            LONG + "y",
            "/".repeat(300),
            "\uD83C\uDF1A".repeat(16_000),
            "n".repeat(255),
            "n".repeat(256),
            "\u4E2D".repeat(86));

    private HostileIds() {}

    /** Each of them as client id and as file id. */
    public static List<TransferId> all() {
        List<TransferId> all = new ArrayList<>();
        for (String id : IDS) {
            all.add(new TransferId(id, "f"));
            all.add(new TransferId("c", id));
            all.add(new TransferId(id, id));
        }
        return all;
    }
}
