// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.karaf.shell.api.console.Session;
import org.junit.Test;

public class ExecuteCommandTest {

    private final List<String> executed = new ArrayList<>();
    private final List<String> variables = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    public void whatALineReturnsIsPrintedAsTheConsoleFormatsIt() throws Exception {
        run("returns ü\nnothing\nreturns b");
        assertEquals(List.of("returns ü", "nothing", "returns b"), executed);
        assertEquals(
                List.of("<returns ü>", "<returns b>"),
                out.toString(UTF_8).lines().toList());
    }

    @Test
    public void theFirstThatFailsEndsIt() {
        var failure = assertThrows(IllegalStateException.class, () -> run("returns a\nfails\nreturns b"));
        assertEquals("failed", failure.getMessage());
        assertEquals(List.of("returns a", "fails"), executed);
    }

    @Test
    public void pagersAreReplacedWhereThereIsNoTerminal() throws Exception {
        run("help");
        assertEquals(List.of("more", "less"), variables);
    }

    @Test
    public void whatIsNotEncodedIsRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> new ExecuteCommand(session(), "*").print(new PrintStream(out)));
    }

    private void run(String lines) throws Exception {
        String encoded = Base64.getEncoder().encodeToString(lines.getBytes(UTF_8));
        new ExecuteCommand(session(), encoded).print(new PrintStream(out, true, UTF_8));
    }

    private Session session() {
        return fake(Session.class, (method, first) -> switch (method) {
            case "get" -> first.equals(".commandSession") ? fake(CommandSession.class, this::format) : null;
            case "put" -> variables.add(first.toString());
            case "execute" -> execute(first.toString());
            default -> throw new UnsupportedOperationException(method);
        });
    }

    private Object format(String method, Object result) {
        assertEquals("format", method);
        return "<" + result + ">";
    }

    private Object execute(String line) {
        executed.add(line);
        if (line.equals("fails")) {
            throw new IllegalStateException("failed");
        }
        return line.startsWith("returns") ? line : null;
    }

    private interface Answer {
        Object to(String method, Object firstArgument);
    }

    private static <T> T fake(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, args) -> answer.to(method.getName(), args[0])));
    }
}
