// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.apache.felix.service.command.Function;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;

/**
 * {@code amphora:execute}, for scripts: runs lines as the console does, which also prints what each returns, and what is shown
 * page by page. Karaf's remote execution drops both. The first line that fails ends it. Confined to the thread of the shell's session.
 */
@Service
@Command(
        scope = "amphora",
        name = "execute",
        description = "Runs lines of commands and prints what they return, as the console does (for ./amphora shell).")
public final class ExecuteCommand implements Action {

    /** The variable in which a session of Karaf keeps the session of Gogo, which formats results. */
    private static final String GOGO_SESSION = ".commandSession";

    /** The variable in which a session that has a terminal keeps what reads from it. */
    private static final String TERMINAL_READER = ".jline.reader";

    /** Commands that show their input on a terminal page by page, and nothing at all without a terminal. */
    private static final List<String> PAGERS = List.of("more", "less");

    /** What the output ends with if all went well: a connection that breaks looks like the end of a command otherwise. */
    private static final char END = '\u0004';

    @Argument(name = "lines", required = true, description = "Lines of commands, as UTF-8 in Base64")
    private String encoded = "";

    @Reference
    private Session session;

    /** For the shell, which sets the fields. */
    public ExecuteCommand() {}

    ExecuteCommand(Session session, String encoded) {
        this.session = session;
        this.encoded = encoded;
    }

    @Override
    public Object execute() throws Exception {
        print(System.out);
        System.out.print(END);
        System.out.flush();
        return null;
    }

    /**
     * Runs the lines.
     *
     * @throws IllegalArgumentException if the argument is not Base64
     * @throws Exception as the first line that fails
     */
    void print(PrintStream out) throws Exception {
        if (session.get(TERMINAL_READER) == null) {
            PAGERS.forEach(pager -> session.put(pager, (Function) (gogo, arguments) -> copyInput()));
        }
        String text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        for (String line : ShellLines.of(text)) {
            Object result = session.execute(line);
            if (result != null) {
                out.println(format(result));
            }
        }
    }

    private static Object copyInput() throws IOException {
        System.in.transferTo(System.out);
        return null;
    }

    private CharSequence format(Object result) {
        return session.get(GOGO_SESSION) instanceof CommandSession gogo
                ? gogo.format(result, Converter.INSPECT)
                : result.toString();
    }
}
