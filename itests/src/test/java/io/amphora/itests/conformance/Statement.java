// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The normative statements that a test shows, by their numbers: {@code 3.1.0-1} is {@code [MQTT-3.1.0-1]}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Statement {

    /** Of MQTT 3.1.1. */
    String[] mqtt311() default {};

    /** Of MQTT 5.0. */
    String[] mqtt5() default {};
}
