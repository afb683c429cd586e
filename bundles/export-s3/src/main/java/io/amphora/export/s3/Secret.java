// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

/** What nobody is told. Immutable. */
record Secret(String value) {

    boolean isEmpty() {
        return value.isBlank();
    }

    @Override
    public String toString() {
        return isEmpty() ? "none" : "***";
    }
}
