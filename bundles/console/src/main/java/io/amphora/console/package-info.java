// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * Commands of the Karaf shell, each a view of a service that knows nothing of the shell, and {@link
 * io.amphora.console.DeletedConfigurations}, which ends what the shell's own {@code config:delete} begins.
 */
package io.amphora.console;
