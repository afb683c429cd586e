// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/** Commands of the Karaf shell, each a view of a service that knows nothing of the shell. */
package io.amphora.console;
