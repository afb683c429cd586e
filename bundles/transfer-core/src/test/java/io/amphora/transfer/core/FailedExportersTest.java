// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

/** What people are told of an exporter that could not start. */
public class FailedExportersTest {

    @Test
    public void theMessageIsThatOfTheComponentAndNotOfItsCauses() {
        String trace = """
            java.lang.reflect.InvocationTargetException
            \tat java.base/Constructor.newInstance(Constructor.java:480)
            Caused by: java.io.IOException: root: cannot write to /a: java.nio.file.FileSystemException: /a
            \tat io.amphora.export.local.ExportRoot.open(ExportRoot.java:27)
            \t... 40 more
            Caused by: java.nio.file.FileSystemException: /a
            \t... 45 more
            """;
        assertEquals("root: cannot write to /a: java.nio.file.FileSystemException: /a", FailedExporters.cause(trace));
    }

    @Test
    public void anExceptionOfAnotherKindKeepsItsName() {
        assertEquals("com.example.OddException: no", FailedExporters.cause("com.example.OddException: no\n\tat x"));
    }
}
