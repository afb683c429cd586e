// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.settings;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The unit of a numeric setting: that of a number written without one, and of the value that the component reads. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface In {

    /** Returns the unit. */
    Unit value();
}
