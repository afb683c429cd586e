// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.spi;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.Auth;
import io.amphora.mqtt.Connect;
import io.amphora.mqtt.Disconnect;
import io.amphora.mqtt.MqttProtocolException;
import io.amphora.mqtt.Publish;
import io.amphora.mqtt.Subscribe;
import io.amphora.mqtt.Unsubscribe;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The broker's side of one network connection: a method for each packet that a client sends. Any of them may throw
 * {@link MqttProtocolException}; the listener then sends DISCONNECT (MQTT 5, after CONNECT), closes the channel and calls
 * {@link #closed()}. Confined to the event loop of its {@link Link}.
 */
@ProviderType
public interface Connection {

    /** CONNECT. A second one is a protocol error [MQTT-3.1.0-2]. */
    void connect(Connect packet);

    /**
     * PUBLISH. The acknowledgement goes out through the link when the message is dealt with.
     *
     * @return completes, on any thread, when the payload is no longer read; never exceptionally
     */
    CompletionStage<?> publish(Publish packet);

    /** PUBACK, PUBREC, PUBREL or PUBCOMP. */
    void acknowledge(Acknowledgement packet);

    void subscribe(Subscribe packet);

    void unsubscribe(Unsubscribe packet);

    /** PINGREQ. */
    void ping();

    /** AUTH, which only MQTT 5 has. */
    void auth(Auth packet);

    /** DISCONNECT; the listener closes the channel after it. */
    void disconnect(Disconnect packet);

    /** The link is writable again after it was not. */
    void writable();

    /** The network connection has ended, for whatever reason. Called exactly once, last. */
    void closed();
}
