// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import java.util.regex.Pattern;

/**
 * Topics that results are published to: {@code $file-response/{client_id}}. A client id with a wildcard character cannot
 * stand in a topic, so it is percent-encoded there. So is every id that looks encoded: no two clients share a topic. Pure.
 */
final class ResponseTopics {

    private static final String PREFIX = "$file-response/";

    /** Ids that cannot stand as they are: with a wildcard, or with what a wildcard or percent sign is encoded as. */
    private static final Pattern ENCODED = Pattern.compile("[+#]|%2B|%23|%25");

    private ResponseTopics() {}

    /** The topic of a client. */
    static String of(String clientId) {
        return PREFIX + (ENCODED.matcher(clientId).find() ? encode(clientId) : clientId);
    }

    private static String encode(String clientId) {
        return clientId.replace("%", "%25").replace("+", "%2B").replace("#", "%23");
    }

    /** Whether results, of whatever client, are published to topics of that name or filter. */
    static boolean contain(String topicOrFilter) {
        return topicOrFilter.startsWith(PREFIX);
    }
}
