// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * The words of file transfer as values: what names a transfer, what is known of its file, ranges of bytes. Each value
 * validates itself when it is made. Parameters and results are never {@code null}; all types are immutable and
 * thread-safe.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package io.amphora.transfer;
