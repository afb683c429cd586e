// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

/** Topics that results are published to: {@code $file-response/{client_id}}. */
final class ResponseTopics {

    private static final String PREFIX = "$file-response/";

    private ResponseTopics() {}

    /** The topic of a client. */
    static String of(String clientId) {
        return PREFIX + clientId;
    }

    /** Whether results, of whatever client, are published to topics of that name or filter. */
    static boolean contain(String topicOrFilter) {
        return topicOrFilter.startsWith(PREFIX);
    }
}
