// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.command;

import io.amphora.transfer.Fuzzing;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class FileCommandFuzzTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void anyTopicIsACommandOrIsRefused() throws Exception {
        new Fuzzing(folder)
                .from("f1/init\n{\"name\":\"n\"}")
                .from("f1/0\nbytes")
                .from("f1/0123/" + "0aF".repeat(21) + "1\nbytes")
                .from("f1/fin/9223372036854775807")
                .from("f1/fin/007/" + "0".repeat(64) + "\n")
                .from("🌚/abort")
                .from("../status")
                .from("//x/y/z")
                .upTo(500)
                .search(FileCommandFuzz.class, 4);
    }
}
