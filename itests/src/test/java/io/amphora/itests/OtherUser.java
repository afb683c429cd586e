// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A user without any right of its own, as whom root starts processes. Immutable. */
final class OtherUser {

    private static final String ID = "65534";

    private OtherUser() {}

    /** Skips the test where the tests themselves are not root's. */
    static OtherUser get() throws IOException, InterruptedException {
        assumeTrue(
                "only root can start a broker as another user, by setpriv of util-linux",
                "root".equals(System.getProperty("user.name")) && Files.isExecutable(Path.of("/usr/bin/setpriv")));
        return new OtherUser();
    }

    /** The command as this user; the process is the command's own. */
    List<String> call(Path command) {
        return List.of("setpriv", "--reuid=" + ID, "--regid=" + ID, "--clear-groups", command.toString());
    }

    Map<String, String> environment(Path home) {
        return Map.of("HOME", home.toString());
    }

    /** Gives a new folder below the system's temporary one to this user. */
    Path owns(Path folder) throws IOException, InterruptedException {
        run("chown", ID + ":" + ID, folder.toString());
        return reach(folder);
    }

    /** Takes all rights to write from a tree, and leaves those to read as they are. */
    Path mayOnlyRead(Path tree) throws IOException, InterruptedException {
        run("chmod", "-R", "a-w", tree.toString());
        return reach(tree);
    }

    private static Path reach(Path folder) throws IOException, InterruptedException {
        run("chmod", "a+rx", folder.toString(), folder.getParent().toString());
        return folder;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertEquals(
                List.of(command).toString(),
                0,
                new ProcessBuilder(command).inheritIO().start().waitFor());
    }
}
