// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

import java.util.Set;

/**
 * What a session without a connection leaves to others.
 *
 * @param groups whose messages wait with it, or that it was a member of
 */
record Leftovers(Set<ShareGroup> groups) {

    static final Leftovers NONE = new Leftovers(Set.of());

    /** Has those know who may take it over; while no session is locked. */
    void settle() {
        groups.forEach(ShareGroup::settle);
    }
}
