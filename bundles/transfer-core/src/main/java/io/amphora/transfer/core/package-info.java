// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * File transfer over MQTT. {@link io.amphora.transfer.core.FileTransferHandler} is where commands come in; it is the
 * place to begin reading.
 */
package io.amphora.transfer.core;
