// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer;

import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class FileMetaFuzzTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void anyBytesAreMetadataOrAreRefused() throws Exception {
        new Fuzzing(folder)
                .from("{\"name\":\"a\",\"size\":12,\"checksum\":\"" + "0aF".repeat(21) + "1\"}")
                .from("{\"name\":\"\\u00e9\\ud83c\",\"expire_at\":0,\"segments_ttl\":1,\"x\":[{}],\"user_data\":null}")
                .from(" {\"user_data\":{\"a\":[1.50,-0,1e9,\"\\ud800\\n🌚\"]},\"name\":\"中文.txt\"}\n")
                .upTo(1_000)
                .search(FileMetaFuzz.class, 5);
    }
}
