// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.routing;

import io.amphora.itests.crash.KillRule;
import java.util.Optional;

/** A place between two writes of the session store where the process ends, as a Byteman rule. Immutable. */
enum StorePoint {
    /** Half of a group of changes stands at the end of the log. */
    GROUP_TORN("Segment", "append", "AFTER INVOKE FileChannel.write", "$bytes"),
    /** The next start has cut that half off. */
    TAIL_CUT("Segment", "cutTo", "AT EXIT", GROUP_TORN),
    /** A group is written; with {@code fsync} it is not synced. */
    GROUP_WRITTEN("SegmentedLog", "append", "AFTER INVOKE Segment.append"),
    /** A group is stored, and nobody knows. */
    GROUP_STORED("LogSessionStore", "store", "AFTER INVOKE SegmentedLog.append"),
    /** A segment is full and synced, the next one is not there. */
    SEGMENT_FULL("SegmentedLog", "roll", "AFTER INVOKE Segment.force"),
    /** The next segment is there and empty. */
    SEGMENT_MADE("Segment", "create", "AFTER INVOKE FileChannel.open"),
    /** It has its header, and nothing else. */
    SEGMENT_BEGUN("SegmentedLog", "roll", "AT EXIT"),
    /** Some of the current records of the oldest segment stand at the end of the log too. */
    RECORDS_MOVED("SegmentedLog", "moveToEnd", "AT EXIT"),
    /** All do, and it is still there. */
    SEGMENT_CLEANED("SegmentedLog", "delete", "AFTER INVOKE Segment.force"),
    /** It is deleted, and there are others that are as old as its records were. */
    SEGMENT_DELETED("SegmentedLog", "delete", "AFTER INVOKE Segment.delete");

    private static final String PACKAGE = "io.amphora.mqtt.store.";

    private final String className;
    private final String method;
    private final String location;
    private final Optional<String> halved;
    private final Optional<StorePoint> after;

    StorePoint(String className, String method, String location) {
        this(className, method, location, Optional.empty(), Optional.empty());
    }

    StorePoint(String className, String method, String location, String halved) {
        this(className, method, location, Optional.of(halved), Optional.empty());
    }

    StorePoint(String className, String method, String location, StorePoint after) {
        this(className, method, location, Optional.empty(), Optional.of(after));
    }

    StorePoint(String className, String method, String location, Optional<String> halved, Optional<StorePoint> after) {
        this.className = className;
        this.method = method;
        this.location = location;
        this.halved = halved;
        this.after = after;
    }

    /** The point of the crash that this one is passed after. */
    Optional<StorePoint> after() {
        return after;
    }

    /** Whether it is passed many times in a second. */
    boolean isFrequent() {
        return name().startsWith("GROUP");
    }

    /** The class that the point is in. */
    String className() {
        return PACKAGE + className;
    }

    /** The method that the point is in. */
    String method() {
        return method;
    }

    /** The rules that end the process when the point is passed for the {@code count}th time. */
    String rules(int count) {
        return new KillRule(name(), className(), method, location, halved).text(count);
    }
}
