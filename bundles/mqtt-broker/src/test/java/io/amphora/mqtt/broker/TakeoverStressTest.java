// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;

import io.amphora.mqtt.Qos;
import io.amphora.mqtt.spi.SessionStore.RecordKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import org.junit.After;
import org.junit.Test;

/**
 * Members of a group come, go, end and unsubscribe on several threads while others publish; then one stays and gets the
 * rest. Each thread has members of its own, whose event loops it is. With {@code -Damphora.seed=N} they choose otherwise.
 */
public final class TakeoverStressTest {

    private static final String FILTER = "$share/g/t/#";
    private static final int LOOPS = 3;
    private static final int MEMBERS_OF_A_LOOP = 3;
    private static final int PUBLISHERS = 2;
    private static final int MESSAGES = 3_000;
    private static final int STEPS = 6_000;
    private static final long MINUTES = 2;
    private static final long SEED = Long.getLong("amphora.seed", 1);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, AtomicInteger> received = new ConcurrentHashMap<>();
    private final Set<String> published = Collections.synchronizedSet(new TreeSet<>());
    private final MemoryStore store = new MemoryStore();
    private BrokerFixture broker;

    @After
    public void end() {
        threads.shutdownNow();
        broker.after();
    }

    @Test
    public void nothingIsLostInMemory() throws Exception {
        broker = new BrokerFixture(4 * PUBLISHERS * MESSAGES);
        run();
        assertNothingIsLeft();
    }

    @Test
    public void nothingIsLostWithAStore() throws Exception {
        broker = BrokerFixture.on(store, 100, 4 * PUBLISHERS * MESSAGES, 0);
        run();
        assertNothingIsLeft();
        assertEquals(0, store.count(RecordKind.QUEUED) + store.count(RecordKind.EXCHANGE));
        assertEquals(0, store.count(RecordKind.MESSAGE) + store.count(RecordKind.SUBSCRIPTION));
        assertEquals("of the one that stayed", 1, store.count(RecordKind.SESSION));
    }

    /** Two connections take one session from each other. */
    @Test
    public void nothingStandsStillBetweenTwoConnections() throws Exception {
        broker = new BrokerFixture(4 * PUBLISHERS * MESSAGES);
        GroupMember one = member("staying");
        GroupMember other = member("staying");
        one.connect(false, 60);
        one.subscribe();
        runAll(List.of(
                () -> blink(one, new Random(SEED)),
                () -> blink(other, new Random(SEED + 1)),
                () -> publish("p", bound -> 0)));
        one.receiveAll();
        other.receiveAll();
        one.receiveAll();
        assertEquals("lost", Set.of(), lost());
        assertEquals(0, broker.state().sessions().census().queuedBytes());
    }

    private void run() throws Exception {
        GroupMember staying = member("staying");
        staying.connect(false, 60);
        staying.subscribe();
        List<List<GroupMember>> loops = new ArrayList<>();
        for (int loop = 0; loop < LOOPS; loop++) {
            loops.add(new ArrayList<>());
            for (int i = 0; i < MEMBERS_OF_A_LOOP; i++) {
                loops.get(loop).add(member(loop + "-" + i));
            }
        }
        List<Callable<Void>> work = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            String name = "p" + i;
            Random random = new Random(SEED * 1_000 + i);
            work.add(() -> publish(name, random::nextInt));
        }
        for (int i = 0; i < LOOPS; i++) {
            List<GroupMember> members = loops.get(i);
            Random random = new Random(SEED * 1_000 + 100 + i);
            work.add(() -> comeAndGo(members, random));
        }
        work.add(() -> blink(staying, new Random(SEED)));
        runAll(work);
        loops.forEach(members -> members.forEach(GroupMember::end));
        staying.receiveAll();
        assertReceived();
        staying.unsubscribe();
    }

    private void runAll(List<Callable<Void>> work) throws Exception {
        for (Future<Void> done : threads.invokeAll(work, MINUTES, TimeUnit.MINUTES)) {
            done.get(); // unless it was cancelled, which a deadlock comes to
        }
    }

    private GroupMember member(String id) {
        return new GroupMember(broker, id, FILTER, text -> received.computeIfAbsent(text, key -> new AtomicInteger())
                .incrementAndGet());
    }

    private Set<String> lost() {
        Set<String> lost = new TreeSet<>(published);
        lost.removeAll(received.keySet());
        return lost;
    }

    private void assertReceived() {
        assertEquals("lost", Set.of(), lost());
        Set<String> doubled = new TreeSet<>();
        received.forEach((text, times) -> {
            if (text.endsWith("q2") && times.get() != 1) {
                doubled.add(text);
            }
        });
        assertEquals("doubled", Set.of(), doubled);
    }

    private void assertNothingIsLeft() {
        assertEquals(0, broker.state().sessions().census().queuedBytes());
        assertEquals(List.of(), broker.state().index().groups("t/1"));
        assertEquals(0, broker.state().index().size());
    }

    private Void publish(String name, IntUnaryOperator choice) {
        for (int i = 0; i < MESSAGES; i++) {
            Qos qos = choice.applyAsInt(2) == 0 ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE;
            String text = name + "-" + i + (qos == Qos.EXACTLY_ONCE ? "q2" : "q1");
            published.add(text);
            broker.publish("t/" + name, text, qos);
        }
        return null;
    }

    private static Void comeAndGo(List<GroupMember> members, Random random) {
        for (int i = 0; i < STEPS; i++) {
            members.get(random.nextInt(members.size())).step(random);
        }
        return null;
    }

    /** It is a member always, but not always connected; in the end it is. */
    private static Void blink(GroupMember member, Random random) {
        for (int i = 0; i < STEPS; i++) {
            switch (random.nextInt(8)) {
                case 0 -> member.close();
                case 1 -> member.connect(false, 60);
                default -> member.receive(random.nextInt(6));
            }
        }
        member.connect(false, 60);
        return null;
    }
}
