// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;

import io.amphora.mqtt.Qos;
import io.amphora.mqtt.SubscriptionOptions;
import io.amphora.mqtt.TopicFilter;
import java.util.List;
import java.util.OptionalInt;
import org.junit.Test;

/** The subscriptions of a session and of the index are the same, be it none, one or several. */
public final class SessionSubscriptionsTest {

    private final SubscriptionIndex index = new SubscriptionIndex();
    private final SessionSpace space = new SessionSpace(
            () -> {
                throw new AssertionError("no bound is asked for");
            },
            index);
    private final SessionSubscriptions subscriptions = new SessionSubscriptions(index, space);

    private static Subscription subscription(String filter, long number) {
        return new Subscription(
                null, new TopicFilter(filter), SubscriptionOptions.of(Qos.AT_LEAST_ONCE), OptionalInt.empty(), number);
    }

    private void check(Subscription... expected) {
        assertEquals(expected.length, subscriptions.size());
        assertEquals(expected.length, index.size());
        for (Subscription each : expected) {
            assertTrue(subscriptions.contains(each.filter()));
            assertEquals(List.of(each), index.matches(each.filter().value()).all());
        }
    }

    @Test
    public void theyGrowAndShrink() {
        Subscription a = subscription("a", 1);
        Subscription b = subscription("b", 2);
        Subscription c = subscription("c", 3);
        check();
        for (int round = 0; round < 2; round++) {
            assertNull(subscriptions.add(a));
            check(a);
            assertNull(subscriptions.add(b));
            check(a, b);
            assertSame(a, subscriptions.remove(a.filter()));
            check(b);
            assertNull(subscriptions.add(c));
            check(b, c);
            assertNull(subscriptions.remove(a.filter()));
            assertSame(b, subscriptions.remove(b.filter()));
            assertSame(c, subscriptions.remove(c.filter()));
            assertFalse(subscriptions.contains(c.filter()));
            check();
        }
    }

    @Test
    public void oneOfTheSameFilterTakesThePlaceOfTheFirst() {
        Subscription first = subscription("a", 1);
        Subscription second = subscription("a", 2);
        Subscription third = subscription("a", 3);
        Subscription other = subscription("b", 4);
        assertNull(subscriptions.add(first));
        assertSame(first, subscriptions.add(second));
        check(second);
        assertNull(subscriptions.add(other));
        assertSame(second, subscriptions.add(third));
        check(third, other);
    }

    @Test
    public void clearingLeavesNone() {
        subscriptions.add(subscription("a", 1));
        assertEquals(1, subscriptions.clear(7).size());
        subscriptions.add(subscription("a", 1));
        subscriptions.add(subscription("b", 2));
        assertEquals(2, subscriptions.clear(7).size());
        check();
    }
}
