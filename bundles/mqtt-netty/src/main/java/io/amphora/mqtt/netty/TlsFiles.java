// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import java.nio.file.Path;

/**
 * Where the identity of a listener with TLS stands. Immutable.
 *
 * @param certificate PEM, the server's certificate first, then what leads to its root
 * @param key PEM, PKCS #8, without password
 */
record TlsFiles(Path certificate, Path key) {}
