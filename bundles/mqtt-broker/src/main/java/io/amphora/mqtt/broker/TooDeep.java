// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.Will;
import io.amphora.mqtt.spi.SessionStore.Change;
import io.amphora.mqtt.spi.SessionStore.RecordKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stored records whose topic or filter has more levels than {@code maximum_topic_levels}: they are dropped, each with a
 * line in the log, many of them counted together. Confined to the thread that reads the store.
 */
final class TooDeep {

    private static final Logger LOG = LoggerFactory.getLogger(TooDeep.class);
    private static final int MOST_LINES = 10;
    private static final int MOST_CHARACTERS = 40;

    private final Bounds bounds;
    private final List<Change> changes = new ArrayList<>();

    TooDeep(Bounds bounds) {
        this.bounds = bounds;
    }

    /** Returns true if a record is to be left out, which it notes and logs. */
    boolean drops(RecordKey key, String topicOrFilter) {
        return drops(Change.remove(key), key, key.kind().name().toLowerCase(Locale.ROOT), topicOrFilter);
    }

    /** The session without its will, if the will's topic is too deep. */
    Records.OfSession withoutWill(RecordKey key, Records.OfSession session) {
        Optional<String> topic =
                session.will().map(Will::message).map(message -> message.topic().value());
        Records.OfSession without =
                new Records.OfSession(session.id(), session.expiry(), session.left(), Optional.empty());
        boolean dropped =
                topic.isPresent() && drops(Persistence.session(key.owner(), without), key, "will", topic.get());
        return dropped ? without : session;
    }

    private boolean drops(Change change, RecordKey key, String kind, String topicOrFilter) {
        if (!bounds.isTooDeep(topicOrFilter)) {
            return false;
        }
        changes.add(change);
        if (changes.size() <= MOST_LINES) {
            LOG.warn(
                    "Dropped a stored {} of session {}: {} levels, maximum_topic_levels is {} ({})",
                    kind,
                    key.owner(),
                    Bounds.levels(topicOrFilter),
                    bounds.topicLevels(),
                    beginning(topicOrFilter));
        }
        return true;
    }

    private static String beginning(String topicOrFilter) {
        return topicOrFilter.substring(0, Math.min(MOST_CHARACTERS, topicOrFilter.length())) + "...";
    }

    /** Logs how many records were dropped beyond those that have a line each. */
    void logOthers() {
        if (changes.size() > MOST_LINES) {
            LOG.warn(
                    "Dropped {} more stored records with more than maximum_topic_levels = {} levels",
                    changes.size() - MOST_LINES,
                    bounds.topicLevels());
        }
    }

    /** Changes that remove the dropped records from the store. */
    List<Change> changes() {
        return changes;
    }
}
