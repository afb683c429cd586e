// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.container;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;

/** An administrator's session of the Karaf shell. Confined to the test's thread. */
final class Shell implements AutoCloseable {

    private static final Subject ADMINISTRATOR = new Subject(
            true,
            Stream.of("admin", "manager", "viewer", "systembundles")
                    .map(RolePrincipal::new)
                    .collect(Collectors.toSet()),
            Set.of(),
            Set.of());

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final Session session;

    Shell(SessionFactory sessions) {
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        session = sessions.create(InputStream.nullInputStream(), out, out);
    }

    /** Runs commands, which are separated by semicolons. */
    void run(String commands) {
        printed.reset();
        try {
            Subject.doAs(ADMINISTRATOR, (PrivilegedExceptionAction<Object>) () -> session.execute(commands));
        } catch (PrivilegedActionException e) {
            throw new AssertionError(commands + ": " + printed.toString(StandardCharsets.UTF_8), e.getCause());
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
