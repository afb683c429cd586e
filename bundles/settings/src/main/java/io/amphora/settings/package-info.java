// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * Reads the settings of a component from the properties that Config Admin delivers. The component declares its keys in an
 * annotation type, which is also its {@code @ObjectClassDefinition}; {@link io.amphora.settings.Settings} turns the
 * properties into a value of that type, reports keys that the type does not declare, and names file and key in every error.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package io.amphora.settings;
