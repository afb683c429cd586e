// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import java.util.Optional;

/**
 * A place in the code under test where the process ends, as Byteman rules, so that the code knows nothing of it. Immutable.
 *
 * @param name of the rules, and of the counter of how often the place was passed
 * @param className with its package
 * @param location in the method, in Byteman's words
 * @param halved the buffer of which only half is written there, if there is one
 */
public record KillRule(String name, String className, String method, String location, Optional<String> halved) {

    /** The rules that end the process when the place is passed for the {@code count}th time. */
    public String text(int count) {
        return text(count, "", "");
    }

    /**
     * The same.
     *
     * @param condition what has to hold for a passage to count, followed by AND, or nothing
     * @param first what is done before the end, followed by a comma, or nothing
     */
    String text(int count, String condition, String first) {
        String counter = "(\"" + name + "\")";
        String half = halved.map(buffer -> rule(
                        "half",
                        location.replace("AFTER", "AT"),
                        "readCounter" + counter + " >= " + (count - 1) + " AND " + buffer + ".remaining() > 1",
                        buffer + ".limit(" + buffer + ".position() + " + buffer + ".remaining() / 2)"))
                .orElse("");
        return half
                + rule("end", location, condition + "incrementCounter" + counter + " >= " + count, first + "killJVM()");
    }

    private String rule(String which, String where, String condition, String action) {
        return """
                RULE %s %s
                CLASS %s
                METHOD %s
                %s
                IF %s
                DO %s
                ENDRULE
                """.formatted(name, which, className, method, where, condition, action);
    }
}
