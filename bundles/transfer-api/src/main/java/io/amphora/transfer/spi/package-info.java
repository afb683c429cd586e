// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * What transfer-core asks of others: {@link io.amphora.transfer.spi.Exporter exporters} that deliver finished files.
 * Implementations are OSGi services that may come and go at any time.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package io.amphora.transfer.spi;
