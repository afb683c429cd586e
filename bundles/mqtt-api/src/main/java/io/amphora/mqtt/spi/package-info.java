// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * The broker's ports. A listener calls {@link io.amphora.mqtt.spi.Connection} for what came in; the broker calls
 * {@link io.amphora.mqtt.spi.Link} for what goes out. Whoever wants to take a PUBLISH registers a {@link
 * io.amphora.mqtt.spi.PublishHandler}; whoever wants to decide who may, an {@link io.amphora.mqtt.spi.Authenticator}, {@link
 * io.amphora.mqtt.spi.EnhancedAuthenticator} or {@link io.amphora.mqtt.spi.Authorizer}. Whoever keeps sessions beyond the
 * process, a {@link io.amphora.mqtt.spi.SessionStore}. All are OSGi services that may come and go at any time.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package io.amphora.mqtt.spi;
