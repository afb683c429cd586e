// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import io.amphora.mqtt.spi.SessionStore.Change;
import java.util.ArrayList;
import java.util.List;

/**
 * What a session leaves behind.
 *
 * @param orphans messages that came by shared subscriptions and are others' now
 * @param removals of the records that are no longer needed, once the orphans are stored for others
 */
record Leftovers(List<Delivery> orphans, List<Change> removals) {

    static final Leftovers NONE = new Leftovers(List.of(), List.of());

    Leftovers() {
        this(new ArrayList<>(), new ArrayList<>());
    }

    /** Gives the orphans to other members of their groups, where there are any, and removes the records. */
    void settle(Persistence persistence) {
        for (Delivery orphan : orphans) {
            ShareGroup group = orphan.group().orElseThrow();
            Dispatch dispatch = new Dispatch(persistence, orphan.arrival());
            group.pick()
                    .ifPresent(
                            member -> dispatch.add(member.session(), Delivery.shared(orphan.arrival(), member, group)));
            var unused = dispatch.finish(List.of());
        }
        var unused = persistence.write(removals); // whoever waits for them waits for later changes
    }
}
