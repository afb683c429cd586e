// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.command;

import java.util.List;

/**
 * A topic below {@code $file/} or {@code $file-async/}, cut into levels.
 *
 * @param asynchronous whether acceptance is acknowledged instead of completion
 * @param levels behind the prefix, at least one; any of them may be empty
 */
public record CommandTopic(boolean asynchronous, List<String> levels) {

    private static final String SYNCHRONOUS = "$file/";
    private static final String ASYNCHRONOUS = "$file-async/";

    /** Whether a topic or topic filter lies where commands are. {@code $file} without a slash does not. */
    public static boolean isReserved(String topicOrFilter) {
        return topicOrFilter.startsWith(SYNCHRONOUS) || topicOrFilter.startsWith(ASYNCHRONOUS);
    }

    /** Cuts a topic that {@link #isReserved}. */
    public static CommandTopic of(String topic) {
        boolean asynchronous = topic.startsWith(ASYNCHRONOUS);
        String rest = topic.substring((asynchronous ? ASYNCHRONOUS : SYNCHRONOUS).length());
        return new CommandTopic(asynchronous, List.of(rest.split("/", -1)));
    }
}
