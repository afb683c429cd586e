// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * Sessions, subscriptions, retained messages and the flows of QoS 0, 1 and 2, without a socket. A {@link
 * io.amphora.mqtt.broker.ClientConnection} lives on the event loop of its link and ends with it; a {@link
 * io.amphora.mqtt.broker.Session} may outlive many connections and takes messages from any thread; the {@link
 * io.amphora.mqtt.broker.Router} finds the sessions that a message goes to.
 *
 * <p>Locks are taken in the order session registry, session, topic tree, are short, and none is held while a link, a
 * handler or an authenticator is called. The session store, which never blocks, is handed changes within them, so that it
 * sees those of one session in their order. Parameters and results are never {@code null}.
 */
package io.amphora.mqtt.broker;
