// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.routing;

import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import org.junit.Test;

/** A rule for code that has moved would never end a process, and nobody would notice in a short run. */
public final class StorePointTest {

    @Test
    public void everyPointIsInAMethodThatIsThere() throws Exception {
        for (StorePoint point : StorePoint.values()) {
            Class<?> type = Class.forName(point.className(), false, getClass().getClassLoader());
            assertTrue(
                    point + ": no " + point.method() + " in " + point.className(),
                    Arrays.stream(type.getDeclaredMethods())
                            .anyMatch(method -> method.getName().equals(point.method())));
        }
    }
}
