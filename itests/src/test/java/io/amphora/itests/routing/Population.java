// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.routing;

import io.amphora.itests.crash.Violations;
import io.amphora.itests.routing.Subscriber.Habit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** All clients of a run, and what has to be true of them together. Confined to the test's thread. */
final class Population {

    private static final int PUBLISHERS = 3;
    private static final String GROUP = "$share/group/s/#";
    private static final int SHOWN = 5;

    private final Violations violations;
    private final AtomicLong clock = new AtomicLong();
    private final RetainedTopics retained;
    private final List<Publisher> publishers;
    private final List<Arrivals> ordinary = new ArrayList<>();
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final Arrivals group;
    private final Subscriber absentMember;
    private final Arrivals undecidedArrivals;
    private final Undecided undecided;

    Population(Violations violations) {
        this.violations = violations;
        this.retained = new RetainedTopics(violations);
        this.publishers = IntStream.range(0, PUBLISHERS)
                .mapToObj(i -> new Publisher(i, clock, retained, violations))
                .toList();
        addOrdinary("steady", Habit.STEADY);
        addOrdinary("slow", Habit.SLOW);
        addOrdinary("restless", Habit.RESTLESS);
        addOrdinary("absent", Habit.ABSENT);
        this.group = new Arrivals("the group", false, violations);
        subscribers.add(new Subscriber("steady member", GROUP, Habit.SLOW, group, violations));
        subscribers.add(new Subscriber("restless member", GROUP, Habit.RESTLESS, group, violations));
        this.absentMember = new Subscriber("absent member", GROUP, Habit.ABSENT, group, violations);
        // not in order: what was sent before it subscribed comes, to it for the first time, when the publisher repeats
        // it
        this.undecidedArrivals = new Arrivals("undecided", false, violations);
        this.undecided = new Undecided(PUBLISHERS, clock, undecidedArrivals, violations);
        subscribers.add(undecided);
    }

    private void addOrdinary(String id, Habit habit) {
        Arrivals arrivals = new Arrivals(id, true, violations);
        ordinary.add(arrivals);
        subscribers.add(new Subscriber(id, "m/#", habit, arrivals, violations));
    }

    RetainedTopics retained() {
        return retained;
    }

    List<PersistentClient> everybody() {
        return Stream.concat(everybodyButAbsentMember().stream(), Stream.of(absentMember))
                .toList();
    }

    List<PersistentClient> everybodyButAbsentMember() {
        return Stream.<PersistentClient>concat(publishers.stream(), subscribers.stream())
                .toList();
    }

    PersistentClient absentMember() {
        return absentMember;
    }

    boolean isEstablished() {
        return everybody().stream().allMatch(PersistentClient::isEstablished);
    }

    /** Whether publishers have been told of all that they sent. */
    boolean isAllAcknowledged() {
        return publishers.stream()
                .flatMap(publisher -> publisher.sent().stream())
                .allMatch(Sent::isAcknowledged);
    }

    /** Messages of QoS 1 that the group must have though one member is away. */
    List<String> missingInGroup() {
        return shown(
                group,
                group.missing(publishers, (publisher, sent) -> sent.kind() == Sent.Kind.SHARED && sent.qos() == 1));
    }

    /** Messages that were acknowledged and are missing somewhere, a few of each. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (Arrivals arrivals : ordinary) {
            missing.addAll(shown(
                    arrivals, arrivals.missing(publishers, (publisher, sent) -> sent.kind() == Sent.Kind.ORDINARY)));
        }
        missing.addAll(shown(group, group.missing(publishers, (publisher, sent) -> sent.kind() == Sent.Kind.SHARED)));
        missing.addAll(shown(
                undecidedArrivals,
                undecidedArrivals.missing(
                        publishers,
                        (publisher, sent) ->
                                sent.kind() == Sent.Kind.ORDINARY && undecided.mustHave(publisher, sent))));
        return missing;
    }

    private static List<String> shown(Arrivals arrivals, List<Sent> missing) {
        return missing.isEmpty()
                ? List.of()
                : List.of(arrivals + " lacks " + missing.size() + ": "
                        + missing.subList(0, Math.min(SHOWN, missing.size())));
    }

    /** Notes what came that must not have come. */
    void compare() {
        undecided.compare(publishers);
    }

    @Override
    public String toString() {
        long sent = publishers.stream()
                .mapToLong(publisher -> publisher.sent().size())
                .sum();
        return "%d messages sent; arrived %s and %d in the group; %d subscriptions changed, %d times retained messages compared"
                .formatted(
                        sent,
                        ordinary.stream().map(each -> each + " " + each.count()).toList(),
                        group.count(),
                        undecided.changes(),
                        retained.compared());
    }
}
