// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.situations;

/** The two forms of every command. */
enum Form {
    SYNCHRONOUS("$file/"),
    ASYNCHRONOUS("$file-async/");

    private final String prefix;

    Form(String prefix) {
        this.prefix = prefix;
    }

    String topic(String command) {
        return prefix + command;
    }
}
