// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.spi.PublishResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The packet identifiers of a client's QoS 2 messages from PUBLISH to PUBREL, so that a repeated PUBLISH is not handed
 * over twice [MQTT-4.3.3-10]. It outlives connections: a message that a handler is still busy with is answered on
 * whichever connection last sent it, and a result that could not be told waits for the PUBLISH to be repeated. Not
 * thread-safe; its session guards it.
 */
final class ReceivedQos2 {

    /** What a PUBLISH turns out to be. */
    enum Arrival {
        /** A message to hand over. */
        NEW,
        /** A repetition of one that is being dealt with; the PUBREC follows. */
        PENDING,
        /** A repetition of one that is done; its result is known. */
        DONE,
        /** Not taken: the session has no room for another identifier. */
        FULL
    }

    private final Map<Integer, Entry> entries = new HashMap<>();

    /**
     * A PUBLISH came in.
     *
     * @param connection that brought it, which a PUBREC will go to
     */
    Arrival arrived(int id, boolean duplicate, Object connection) {
        Entry entry = entries.get(id);
        if (entry == null || (entry.failed() && !duplicate)) {
            entries.put(id, new Entry(connection));
            return Arrival.NEW;
        }
        entry.connection = connection;
        return entry.result == null ? Arrival.PENDING : Arrival.DONE;
    }

    boolean contains(int id) {
        return entries.containsKey(id);
    }

    /** The handler is done: returns whether the session's current connection awaits the PUBREC. */
    boolean completed(int id, PublishResult result, Object current) {
        Entry entry = entries.get(id);
        entry.result = result;
        return entry.connection == current;
    }

    /** The result that a PUBREC is to carry; a failure frees the identifier [MQTT-4.3.3-9]. */
    PublishResult answer(int id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            return PublishResult.SUCCESS; // released before it was told
        }
        if (entry.failed()) {
            entries.remove(id);
        }
        return entry.result;
    }

    /** Returns true if the PUBREC of a message is still to come, so that its client must not release it. */
    boolean isPending(int id) {
        Entry entry = entries.get(id);
        return entry != null && entry.result == null;
    }

    /** PUBREL: whether there was anything to release. */
    boolean released(int id) {
        Entry entry = entries.get(id);
        return entry != null && entry.result != null && entries.remove(id) != null;
    }

    /** Takes up an identifier of before, whose message was dealt with. */
    void restore(int id) {
        Entry entry = new Entry(null);
        entry.result = PublishResult.SUCCESS;
        entry.stored = true;
        entries.put(id, entry);
    }

    void markStored(int id) {
        entries.get(id).stored = true;
    }

    boolean isStored(int id) {
        Entry entry = entries.get(id);
        return entry != null && entry.stored;
    }

    /** The identifiers that are in the session store. */
    List<Integer> stored() {
        return entries.keySet().stream().filter(this::isStored).toList();
    }

    int size() {
        return entries.size();
    }

    private static final class Entry {

        private Object connection;
        private PublishResult result;
        private boolean stored;

        Entry(Object connection) {
            this.connection = connection;
        }

        boolean failed() {
            return result != null && result.reasonCode().isError();
        }
    }
}
