// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
/**
 * Tests inside the container, by Pax Exam: bundles, components, configuration. {@link ContainerIT} runs all of them in
 * one container; a new class is added to its list.
 */
package io.amphora.itests.container;
