// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * Delivers finished files into a directory. A file is put together under {@code .staging}, with its manifest and the
 * folders that are its own, synced, and then moved into place as a whole by one rename: both are there, complete, or
 * neither is.
 *
 * <p>{@link io.amphora.export.local.LocalExporter} is the service; {@link io.amphora.export.local.ExportDirectory} what one
 * configuration of it amounts to, {@link io.amphora.export.local.Staging} puts together,
 * {@link io.amphora.export.local.Publication} moves into place.
 */
package io.amphora.export.local;
