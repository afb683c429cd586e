// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console.kept;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class WholeFileTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void theFileIsAnotherOneWithTheSameMode() throws IOException {
        Path file = folder.newFile("a.cfg").toPath();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Object before = Files.getAttribute(file, "unix:ino");
        WholeFile.replace(file, "root = x\n".getBytes(UTF_8));
        assertEquals("root = x\n", Files.readString(file));
        assertNotEquals("not written in place", before, Files.getAttribute(file, "unix:ino"));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(1, folder.getRoot().list().length);
    }

    @Test
    public void aNewFileIsItsOwnersOnly() throws IOException {
        Path file = folder.getRoot().toPath().resolve("a.cfg");
        WholeFile.replace(file, new byte[0]);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    public void aLinkStaysOne() throws IOException {
        Path file = folder.newFile("there").toPath();
        Path link = Files.createSymbolicLink(folder.getRoot().toPath().resolve("a.cfg"), file);
        WholeFile.replace(link, "new".getBytes(UTF_8));
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(file));
    }

    @Test
    public void whatAnEarlierAttemptLeftIsNoHarm() throws IOException {
        Path left = folder.newFile(".a.cfg.new").toPath();
        Files.write(left, new byte[1000]);
        Path file = folder.getRoot().toPath().resolve("a.cfg");
        WholeFile.replace(file, "new".getBytes(UTF_8));
        assertEquals(Arrays.asList("a.cfg"), Arrays.asList(folder.getRoot().list()));
    }
}
