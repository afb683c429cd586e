// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Connack;
import io.amphora.mqtt.Message;
import io.amphora.mqtt.OutboundPublish;
import io.amphora.mqtt.PublishProperties;
import io.amphora.mqtt.Qos;
import io.amphora.mqtt.ServerPacket;
import io.amphora.mqtt.TopicName;
import io.amphora.mqtt.Will;
import io.amphora.mqtt.spi.SessionStore.Change;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** Somebody sets the machine's clock, while the broker runs or is away: no interval becomes longer or shorter by that. */
public final class ClockTest {

    private static final long YEAR = 365L * 86_400;
    private static final long NOW = 50 * YEAR;

    private final MemoryStore store = new MemoryStore();
    private final FakeLink link = new FakeLink();
    private BrokerFixture broker;

    @Before
    public void start() throws IOException {
        broker = BrokerFixture.at(store, NOW);
    }

    @After
    public void stop() {
        broker.after();
    }

    private void restartAt(long wallSeconds) throws IOException {
        broker.after();
        broker = BrokerFixture.at(store, wallSeconds);
    }

    private static Message expiring(long seconds, boolean retain) {
        PublishProperties properties = new PublishProperties(
                false, OptionalLong.of(seconds), Optional.empty(), Optional.empty(), Optional.empty(), List.of());
        return new Message(
                new TopicName("t"), ByteBuffer.wrap(new byte[] {'x'}), Qos.AT_LEAST_ONCE, retain, properties);
    }

    /** Leaves a session for so many seconds, and a message of so many in it. */
    private void leaveAMessage(long sessionExpiry, long messageExpiry) {
        ClientConnection connection = broker.connect(link, "sub", false, sessionExpiry);
        BrokerFixture.subscribe(connection, "t", Qos.AT_LEAST_ONCE);
        connection.closed();
        broker.state().publish(expiring(messageExpiry, false));
    }

    /** What the client gets when it connects. */
    private List<ServerPacket> connect() {
        link.sent();
        broker.connect(link, "sub", false, 3_600);
        return link.sent();
    }

    private static boolean present(List<ServerPacket> packets) {
        return ((Connack) packets.get(0)).sessionPresent();
    }

    /** The Message Expiry Intervals of the messages. */
    private static List<Long> expiries(List<ServerPacket> packets) {
        return packets.stream()
                .filter(OutboundPublish.class::isInstance)
                .map(packet -> ((OutboundPublish) packet).message().properties().messageExpiry())
                .map(OptionalLong::orElseThrow)
                .toList();
    }

    @Test
    public void aMessageDoesNotLiveLongerWhenTheClockWentBackOverARestart() throws Exception {
        leaveAMessage(3_600, 8);
        broker.pass(3);
        restartAt(NOW - 400 * 86_400L);
        broker.pass(4);
        broker.state().storeClock();
        restartAt(NOW - 800 * 86_400L);
        assertEquals("three seconds were not noted", List.of(4L), expiries(connect()));
    }

    @Test
    public void aMessageExpiresAlthoughTheClockGoesBackAtEachRestart() throws Exception {
        leaveAMessage(3_600, 8);
        for (int i = 1; i <= 3; i++) {
            broker.pass(3);
            broker.state().storeClock();
            restartAt(NOW - i * YEAR);
        }
        assertEquals(List.of(), expiries(connect()));
    }

    @Test
    public void aRetainedMessageDoesNotEither() throws Exception {
        broker.state().publish(expiring(8, true));
        restartAt(NOW - YEAR);
        BrokerFixture.subscribe(broker.connect(link, "sub", false, 3_600), "t", Qos.AT_LEAST_ONCE);
        assertEquals(List.of(8L), expiries(link.sent()));
    }

    @Test
    public void recordsOfABrokerThatStoredNoReadingOfTheClockDoNotEither() throws Exception {
        leaveAMessage(3_600, 8);
        forgetTheReading();
        restartAt(NOW - YEAR);
        assertEquals(List.of(8L), expiries(connect()));
    }

    private void forgetTheReading() {
        var unused = store.write(List.of(Change.put(new RecordKey(RecordKind.SCHEMA, 0, 0), new byte[] {1})));
    }

    @Test
    public void theTimeAwayCountsAsFarAsTheClockTells() throws Exception {
        leaveAMessage(3_600, 100);
        restartAt(NOW + 30);
        assertEquals(List.of(70L), expiries(connect()));
    }

    @Test
    public void aSessionOutlivesAClockThatWasSetForwardBeforeTheRestart() throws Exception {
        leaveAMessage(3_600, 100);
        broker.setWallClock(NOW + YEAR);
        broker.state().watchClock();
        broker.pass(10);
        restartAt(NOW + YEAR + 20);
        broker.timerRuns();
        List<ServerPacket> packets = connect();
        assertTrue(present(packets));
        assertEquals("20 seconds have passed", List.of(80L), expiries(packets));
    }

    @Test
    public void aSessionEndsAlthoughTheClockWasSetBackBeforeTheRestart() throws Exception {
        leaveAMessage(60, 3_600);
        broker.setWallClock(NOW - YEAR);
        broker.state().watchClock();
        restartAt(NOW - YEAR + 61);
        broker.timerRuns();
        assertFalse(present(connect()));
    }

    @Test
    public void aWillWaitsForTheRestOfItsDelayAndNoLonger() throws Exception {
        ClientConnection watcher = broker.connect(new FakeLink(), "sub", false, 3_600);
        BrokerFixture.subscribe(watcher, "t", Qos.AT_LEAST_ONCE);
        watcher.closed();
        Message last = Message.of(new TopicName("t"), new byte[] {'w'}, Qos.AT_LEAST_ONCE);
        broker.connect(new FakeLink(), "dying", true, 3_600, Optional.of(new Will(last, 30)))
                .closed();
        broker.setWallClock(NOW - YEAR);
        broker.state().watchClock();
        restartAt(NOW - YEAR + 31);
        broker.timerRuns();
        broker.connect(link, "sub", false, 3_600);
        assertEquals(List.of("w"), link.payloads());
    }

    @Test
    public void nothingExpiresWhileTheBrokerRunsBecauseTheClockIsSet() throws Exception {
        leaveAMessage(3_600, 100);
        for (long wall : new long[] {NOW + YEAR, NOW - YEAR}) {
            broker.setWallClock(wall);
            assertEquals(List.of(100L), expiries(connect()));
        }
    }

    @Test
    public void aReadingIsStoredWhenAClockWasSetAndEveryTenMinutes() {
        byte[] before = schema();
        broker.pass(9 * 60);
        broker.state().watchClock();
        assertEquals("nothing to say", ByteBuffer.wrap(before), ByteBuffer.wrap(schema()));
        broker.pass(60);
        broker.state().watchClock();
        byte[] later = schema();
        assertFalse(ByteBuffer.wrap(before).equals(ByteBuffer.wrap(later)));
        broker.setWallClock(NOW);
        broker.state().watchClock();
        assertFalse(ByteBuffer.wrap(later).equals(ByteBuffer.wrap(schema())));
    }

    private byte[] schema() {
        return store.records().get(new RecordKey(RecordKind.SCHEMA, 0, 0));
    }

    @Test
    public void theBrokersClockNeverGoesBackAndEndsInTheFarFuture() {
        BrokerClock clock = new BrokerClock(() -> 0, () -> 1_000);
        clock.goOn(new BrokerClock.Reading(5_000, 2_000), 0);
        assertEquals(5_000, clock.millis());
        clock.goOn(new BrokerClock.Reading(5_000, 400), 0);
        assertEquals(5_600, clock.millis());
        clock.goOn(new BrokerClock.Reading(0, 1_000), 7_000);
        assertEquals(7_000, clock.millis());
        assertTrue(BrokerClock.nanos(Long.MAX_VALUE) > 0);
        assertEquals(0, BrokerClock.nanos(Long.MIN_VALUE));
    }
}
