// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.console.kept;

import static org.junit.Assert.assertEquals;

import java.util.Set;
import org.junit.Test;

public class FeatureNoteTest {

    private static final FeatureNote NOTE = new FeatureNote(
            Set.of("file:/srv/features.xml"), Set.of("webconsole/4.4.10", "plain"), Set.of("amphora-export-local"));

    @Test
    public void whatIsWrittenIsReadAgain() {
        assertEquals(NOTE, FeatureNote.parse(NOTE.text()));
        assertEquals(FeatureNote.EMPTY, FeatureNote.parse(FeatureNote.EMPTY.text()));
    }

    @Test
    public void otherLinesAreComments() {
        assertEquals(FeatureNote.EMPTY, FeatureNote.parse("# installed nothing\n\nwhatever\n"));
    }

    @Test
    public void whatFailedIsAddedToWhatIsThere() {
        FeatureNote failed = new FeatureNote(Set.of(), Set.of("other/1.0"), Set.of());
        assertEquals(
                Set.of("webconsole/4.4.10", "plain", "other/1.0"),
                NOTE.with(failed).installed());
    }

    @Test
    public void bootFeaturesAreListsWithStages() {
        BootFeatures boot = BootFeatures.of("mvn:a/b/1/xml/features, mvn:c/d/2/xml/features", "(scr/4.4.10, log)");
        assertEquals(Set.of("mvn:a/b/1/xml/features", "mvn:c/d/2/xml/features"), boot.repositories());
        assertEquals(Set.of("scr", "log"), boot.names());
    }
}
