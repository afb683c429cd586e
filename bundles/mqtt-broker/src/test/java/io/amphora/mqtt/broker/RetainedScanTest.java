// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Acknowledgement;
import io.amphora.mqtt.ClientId;
import io.amphora.mqtt.ClientInfo;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.Publish;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.Subscribe;
import io.amphora.mqtt.SubscriptionOptions;
import io.amphora.mqtt.SubscriptionOptions.RetainHandling;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.Unsubscribe;
import io.amphora.mqtt.spi.InboundPublish;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import org.junit.Test;

/** Retained messages that a client has not been sent yet when its connection or the broker ends. Its window is three. */
public final class RetainedScanTest extends Crashes {

    private FakeLink link;

    @Override
    void connectAnew() {
        link = new FakeLink();
    }

    private void retain(int count) {
        for (int i = 1; i <= count; i++) {
            broker.retain("r/" + i, Integer.toString(i), Qos.EXACTLY_ONCE);
        }
    }

    private ClientConnection connect() {
        link = new FakeLink();
        return broker.connect(link, "sub", false, 60);
    }

    private ClientConnection subscriber(Qos qos) {
        ClientConnection connection = connect();
        BrokerFixture.subscribe(connection, "r/#", qos);
        return connection;
    }

    /** Acknowledges so many of the messages that were sent, and returns their payloads; completely if it is QoS 2. */
    private List<String> receive(ClientConnection connection, int most) {
        List<String> received = new ArrayList<>();
        while (true) {
            List<OutboundPublish> sent = link.sent().stream()
                    .filter(OutboundPublish.class::isInstance)
                    .map(OutboundPublish.class::cast)
                    .toList();
            if (sent.isEmpty()) {
                return received;
            }
            for (OutboundPublish publish : sent) {
                if (received.size() < most) {
                    received.add(Deliveries.text(publish.message()));
                    complete(connection, publish);
                }
            }
        }
    }

    private static void complete(ClientConnection connection, OutboundPublish publish) {
        int id = publish.packetId();
        if (publish.qos() == Qos.AT_LEAST_ONCE) {
            connection.acknowledge(Acknowledgement.success(Acknowledgement.Type.PUBACK, id));
        } else {
            connection.acknowledge(Acknowledgement.success(Acknowledgement.Type.PUBREC, id));
            connection.acknowledge(Acknowledgement.success(Acknowledgement.Type.PUBCOMP, id));
        }
    }

    @Test
    public void theRestComesOnTheNextConnection() {
        retain(8);
        ClientConnection first = subscriber(Qos.AT_LEAST_ONCE);
        assertEquals(List.of("1", "2"), receive(first, 2));
        first.closed();
        broker.publish("r/9", "live", Qos.AT_LEAST_ONCE);
        assertEquals(List.of("3", "4", "5", "live", "6", "7", "8"), receive(connect(), 100));
        assertEquals(List.of(), receive(connect(), 100));
    }

    @Test
    public void theRestComesAfterTheBrokersEndAndNothingTwice() throws Exception {
        retain(8);
        ClientConnection first = subscriber(Qos.EXACTLY_ONCE);
        assertEquals(List.of("1", "2"), receive(first, 2));
        crash();
        ClientConnection second = connect();
        assertEquals(List.of("3", "4", "5", "6"), receive(second, 4));
        crash();
        assertEquals(List.of("7", "8"), receive(connect(), 100));
        crash();
        assertEquals(List.of(), receive(connect(), 100));
        assertEquals(0, store.count(RecordKind.QUEUED) + store.count(RecordKind.EXCHANGE));
    }

    @Test
    public void whatWasPromisedInSubackIsKept() throws Exception {
        retain(2);
        link.writable(false);
        ClientConnection first = broker.connect(link, "sub", false, 60);
        BrokerFixture.subscribe(first, "r/#", Qos.AT_LEAST_ONCE);
        BrokerFixture.subscribe(first, "r/1", Qos.AT_LEAST_ONCE);
        assertEquals(List.of(), link.payloads());
        crash();
        assertEquals(
                List.of("1", "1", "2"),
                receive(connect(), 100).stream().sorted().toList());
    }

    @Test
    public void whoUnsubscribesIsSentNoMore() throws Exception {
        retain(8);
        ClientConnection first = subscriber(Qos.AT_LEAST_ONCE);
        first.unsubscribe(new Unsubscribe(2, List.of("r/#")));
        assertEquals(List.of("1", "2", "3"), receive(first, 100));
        first.closed();
        assertEquals(0, store.count(RecordKind.SUBSCRIPTION));
        crash();
        assertEquals(List.of(), receive(connect(), 100));
    }

    @Test
    public void whoSubscribesAgainWithoutWantingThemGetsTheRestAllTheSame() throws Exception {
        retain(8);
        ClientConnection first = subscriber(Qos.EXACTLY_ONCE);
        SubscriptionOptions none = new SubscriptionOptions(Qos.AT_LEAST_ONCE, false, false, RetainHandling.DO_NOT_SEND);
        first.subscribe(new Subscribe(2, List.of(new Subscribe.Request("r/#", none)), OptionalInt.empty()));
        assertEquals(List.of("1", "2"), receive(first, 2));
        crash();
        assertEquals(List.of("3", "4", "5", "6", "7", "8"), receive(connect(), 100));
    }

    @Test
    public void whatIsReplacedMeanwhileIsNotSentAsItWas() {
        retain(4);
        ClientConnection first = subscriber(Qos.AT_LEAST_ONCE);
        broker.retain("r/4", "new", Qos.AT_LEAST_ONCE);
        assertEquals(List.of("1", "2", "3", "new", "new"), receive(first, 100));
    }

    @Test
    public void whatIsDeletedWhileItIsTheNextIsNotSent() {
        retain(5);
        ClientConnection first = subscriber(Qos.AT_LEAST_ONCE);
        broker.retain("r/4", "", Qos.AT_LEAST_ONCE);
        assertEquals(List.of("1", "2", "3", "", "5"), receive(first, 100));
    }

    @Test
    public void noTurnOfTheEventLoopLooksAtManyTopics() {
        BrokerFixture large = new BrokerFixture(5_000);
        try {
            for (int i = 1; i < 5_000; i++) {
                large.retain("r/" + i, "no", Qos.AT_LEAST_ONCE);
            }
            large.retain("r/x", "yes", Qos.AT_LEAST_ONCE);
            ClientConnection connection = large.connect(link, "sub", false, 60);
            BrokerFixture.subscribe(connection, "+/x", Qos.AT_LEAST_ONCE);
            assertEquals("SUBACK is first", List.of(), link.payloads());
            assertTrue("turns", link.run() >= 4);
            assertEquals(List.of("yes"), link.payloads());
        } finally {
            large.after();
        }
    }

    @Test
    public void whoSubscribesWhileAMessageIsRetainedGetsIt() {
        ClientConnection subscriber = connect();
        BrokerState state = broker.state();
        ClientInfo client = state.client(new ClientId("sub"))
                .orElseThrow()
                .connection()
                .orElseThrow()
                .client();
        LongSupplier meanwhile = () -> {
            BrokerFixture.subscribe(subscriber, "r/#", Qos.AT_LEAST_ONCE);
            return 0;
        };
        Publish packet = new Publish(
                new TopicName("r/1"),
                ByteBuffer.wrap(new byte[] {'1'}),
                Qos.AT_LEAST_ONCE,
                true,
                false,
                1,
                PublishProperties.NONE);
        var unused = new Router(state.index(), state.retained(), state.persistence(), meanwhile)
                .handle(new InboundPublish(client, packet));
        link.run();
        assertEquals(List.of("1"), link.payloads());
    }

    @Test
    public void whatIsDeletedMeanwhileIsNotSent() throws Exception {
        retain(5);
        subscriber(Qos.AT_LEAST_ONCE).closed();
        broker.retain("r/4", "", Qos.AT_LEAST_ONCE);
        broker.retain("r/5", "", Qos.AT_LEAST_ONCE);
        crash();
        assertEquals(List.of("1", "2", "3"), receive(connect(), 100).subList(0, 3));
    }
}
