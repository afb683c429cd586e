// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * Delivers finished files to a web server by PUT. A small exporter that is complete: the example for writing another.
 * {@link io.amphora.export.http.HttpExporter} is the service, {@link io.amphora.export.http.WebServer} speaks HTTP.
 */
package io.amphora.export.http;
