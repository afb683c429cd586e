// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.situations;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a command ended, as its response says. Immutable.
 *
 * @param packetId of the command, 0 if the response has none
 * @param detail a sentence for a person, empty if the response has none
 * @param view what a status command is told, as JSON members; empty otherwise
 */
record Result(String topic, int packetId, int code, String token, String detail, String view) {

    private static final String TEXT = "((?:[^\"\\\\]++|\\\\.)*+)";

    /** Members in their order, without a blank. */
    private static final Pattern RESPONSE = Pattern.compile("\\{\"vsn\":\"0\\.1\",\"topic\":\"" + TEXT + "\""
            + "(?:,\"packet_id\":(\\d+))?"
            + ",\"reason_code\":(\\d+),\"reason_description\":\"([a-z_]+)\""
            + "(?:,\"detail\":\"" + TEXT + "\")?"
            + "(?:,(\"state\":.*))?}");

    private static final Pattern ESCAPED = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|(.))");

    static Result parse(String json) {
        Matcher members = RESPONSE.matcher(json);
        if (!members.matches()) {
            throw new AssertionError("no response: " + json);
        }
        return new Result(
                unescape(members.group(1)),
                Integer.parseInt(Optional.ofNullable(members.group(2)).orElse("0")),
                Integer.parseInt(members.group(3)),
                members.group(4),
                unescape(Optional.ofNullable(members.group(5)).orElse("")),
                Optional.ofNullable(members.group(6)).orElse(""));
    }

    private static String unescape(String json) {
        return ESCAPED.matcher(json)
                .replaceAll(escape -> Matcher.quoteReplacement(
                        escape.group(1) == null
                                ? escape.group(2)
                                : Character.toString((char) Integer.parseInt(escape.group(1), 16))));
    }

    /** What the acknowledgement of the command has to say, in MQTT 5. */
    Optional<String> reasonString() {
        if (!view.isEmpty()) {
            return Optional.of("{" + view + "}");
        }
        return code == 0 ? Optional.empty() : Optional.of(token + ": " + detail);
    }
}
