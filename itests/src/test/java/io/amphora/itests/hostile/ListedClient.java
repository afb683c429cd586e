// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.hostile;

import java.util.List;
import java.util.regex.Pattern;

/** A client as the shell's command {@code amphora:clients} tells of it. Immutable. */
record ListedClient(long queuedBytes, long droppedMessages) {

    private static final Pattern TAB = Pattern.compile("\t");
    private static final int QUEUED_BYTES = 5;
    private static final int DROPPED = 7;

    static ListedClient named(String clientId) throws Exception {
        String printed = HostileIT.amphora().shell("amphora:clients --no-format " + clientId);
        List<String> values = printed.lines()
                .filter(line -> line.startsWith(clientId + "\t"))
                .findFirst()
                .map(line -> List.of(TAB.split(line.strip(), 0)))
                .orElseThrow(() -> new AssertionError("no line for " + clientId + ": " + printed));
        return new ListedClient(Long.parseLong(values.get(QUEUED_BYTES)), Long.parseLong(values.get(DROPPED)));
    }
}
