// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.broker;

/** Topics that may be looked at in one turn of an event loop, whether a filter matches them. Not thread-safe. */
final class Looks {

    private int left;

    Looks(int most) {
        left = most;
    }

    /** Another turn begins. */
    void allow(int most) {
        left = most;
    }

    /** Takes one, if there are any left. */
    boolean take() {
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }

    boolean areUsedUp() {
        return left == 0;
    }
}
