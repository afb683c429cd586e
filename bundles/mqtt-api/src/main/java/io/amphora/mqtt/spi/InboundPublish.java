// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.spi;

import io.amphora.mqtt.ClientInfo;
import io.amphora.mqtt.Publish;

/** A PUBLISH and who sent it. The payload is valid until the stage that the handler returned completes. */
public record InboundPublish(ClientInfo client, Publish packet) {}
