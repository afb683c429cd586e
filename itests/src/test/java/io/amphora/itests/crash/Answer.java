// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a PUBACK says. Immutable. */
record Answer(int code, String reason) {

    static final int UNKNOWN = 0x10;

    private static final Pattern STATE = Pattern.compile("\"state\":\"(\\w+)\"");
    private static final Pattern RANGE = Pattern.compile("\\[(\\d+),\\s*(\\d+)]");

    boolean succeeded() {
        return code == 0;
    }

    boolean isUnknown() {
        return code == UNKNOWN;
    }

    /** Of a status: {@code receiving}, {@code exporting} or {@code finished}; empty for an unknown transfer. */
    String state() {
        Matcher state = STATE.matcher(reason);
        return state.find() ? state.group(1) : "";
    }

    /** Of a status: first and end of each range held. */
    List<int[]> received() {
        List<int[]> ranges = new ArrayList<>();
        Matcher range = RANGE.matcher(reason.substring(Math.max(0, reason.indexOf("\"received\""))));
        while (range.find()) {
            ranges.add(new int[] {Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2))});
        }
        return ranges;
    }
}
