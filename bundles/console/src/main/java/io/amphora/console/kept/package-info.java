// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * Keeps what operators change beyond a loss of power and of Karaf's cache: files of settings are replaced whole and synced,
 * and installed features and configurations without a file are noted beside the settings.
 */
package io.amphora.console.kept;
