// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/** Other people's clients with the running distribution: each in every version, QoS and transport that it has. */
package io.amphora.itests.clients;
