// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
/**
 * Keeps sessions, queues and retained messages on disk: a log of changes in segments that are only appended to. What is
 * stored follows from folding over the log, by the same code while running and after a restart; what is superseded goes
 * when the oldest segment is cleaned.
 */
package io.amphora.mqtt.store;
