// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.clients;

import static org.junit.Assert.assertEquals;
import static org.junit.Assume.assumeTrue;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.rules.Timeout;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** mosquitto_pub, mosquitto_sub and mosquitto_rr, which have no WebSocket. */
@RunWith(Parameterized.class)
public final class MosquittoClients {

    @Rule
    public final Timeout timeout = Timeout.seconds(120);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final String version;
    private final int qos;

    public MosquittoClients(String version, int qos) {
        this.version = version;
        this.qos = qos;
    }

    @Parameters(name = "version {0} QoS {1}")
    public static List<Object[]> rows() {
        return Stream.of("mqttv31", "mqttv311", "mqttv5")
                .flatMap(version -> Stream.of(0, 1, 2).map(qos -> new Object[] {version, qos}))
                .toList();
    }

    @Before
    public void requireMosquitto() {
        for (String tool : List.of("mosquitto_pub", "mosquitto_sub", "mosquitto_rr")) {
            assumeTrue(tool + " is not installed: run .ci/prepare", Tool.isThere(tool));
        }
    }

    @Test
    public void aRetainedMessageIsReceived() throws Exception {
        String topic = "mosquitto/" + version + "/" + qos;
        run("mosquitto_pub", "-t", topic, "-r", "-m", "kept");
        assertEquals("kept 1 " + qos + "\n", run("mosquitto_sub", "-t", topic, "-C", "1", "-F", "%p %r %q"));
        run("mosquitto_pub", "-t", topic, "-r", "-n");
    }

    @Test
    public void aMessageWaitsForASubscriberThatIsAway() throws Exception {
        assumeTrue("QoS 0 waits for nobody", qos > 0);
        String topic = "mosquitto/away/" + version + "/" + qos;
        List<String> session = new ArrayList<>(List.of("-t", topic, "-c", "-i", "away-" + version + qos));
        if (version.equals("mqttv5")) {
            session.addAll(List.of("-x", "3600"));
        }
        run("mosquitto_sub", Stream.concat(session.stream(), Stream.of("-E")).toArray(String[]::new));
        run("mosquitto_pub", "-t", topic, "-m", "waited");
        String[] once = Stream.concat(session.stream(), Stream.of("-C", "1")).toArray(String[]::new);
        assertEquals("waited\n", run("mosquitto_sub", once));
    }

    @Test
    public void aRequestIsAnswered() throws Exception {
        Mqtt5AsyncClient responder = Mqtt5Client.builder()
                .identifier("responder")
                .serverHost(ClientsIT.amphora().host())
                .serverPort(ClientsIT.amphora().port())
                .buildAsync();
        responder.connect().get(60, TimeUnit.SECONDS);
        responder
                .subscribeWith()
                .topicFilter("mosquitto/request")
                .callback(request -> answer(responder, request))
                .send()
                .get(60, TimeUnit.SECONDS);
        String answer = run("mosquitto_rr", "-t", "mosquitto/request", "-e", "mosquitto/response", "-m", "question");
        assertEquals("answer to question\n", answer);
        responder.disconnect().get(60, TimeUnit.SECONDS);
    }

    private static void answer(Mqtt5AsyncClient responder, Mqtt5Publish request) {
        String question = new String(request.getPayloadAsBytes(), StandardCharsets.UTF_8);
        var unused = responder
                .publishWith()
                .topic(request.getResponseTopic().map(Object::toString).orElse("mosquitto/response"))
                .qos(MqttQos.AT_LEAST_ONCE)
                .correlationData(request.getCorrelationData().orElse(null))
                .payload(("answer to " + question).getBytes(StandardCharsets.UTF_8))
                .send();
    }

    private String run(String tool, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(tool, "-V", version, "-q", Integer.toString(qos)));
        command.addAll(List.of("-h", ClientsIT.amphora().host()));
        command.addAll(List.of("-p", Integer.toString(ClientsIT.amphora().port())));
        if (!tool.equals("mosquitto_pub")) {
            command.addAll(List.of("-W", "60"));
        }
        command.addAll(List.of(arguments));
        return Tool.run(folder.getRoot().toPath(), command);
    }
}
