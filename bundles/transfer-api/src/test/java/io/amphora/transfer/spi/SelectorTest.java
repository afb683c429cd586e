// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import java.util.List;
import org.junit.Test;

public class SelectorTest {

    private static final String META = """
            {"name":"Door.MP4","size":1,"user_data":{"site":"north","Site":"south","tags":["a","b",null,["c"]],\
            "floor":{"level":-2,"open":true},"none":null,"weird key":"x"}}""";

    @Test
    public void anEmptySelectorWantsEverything() throws Exception {
        assertMatches("");
        assertMatches("  ");
    }

    @Test
    public void idsNameAndSizeAreSeen() throws Exception {
        assertMatches("(client_id=device-1)");
        assertMatches("(file_id=f1)");
        assertMatches("(name=*.MP4)");
        assertMatches("(&(size>=4096)(size<=4096))");
        assertMatches("(!(size>=4097))");
        assertNoMatch("(name=*.mp4)");
        assertNoMatch("(client_id=device)");
    }

    @Test
    public void theSizeIsThatOfTheFileNotOfTheMetadata() throws Exception {
        assertNoMatch("(size=1)");
    }

    @Test
    public void userDataIsSeenByPath() throws Exception {
        assertMatches("(user_data.site=north)");
        assertMatches("(user_data.tags=b)");
        assertMatches("(user_data.floor.level=-2)");
        assertMatches("(user_data.floor.open=true)");
        assertMatches("(user_data.weird key=x)");
        assertNoMatch("(user_data.tags=c)");
        assertNoMatch("(user_data.none=*)");
        assertNoMatch("(user_data.other=*)");
        assertNoMatch("(user_data=*)");
    }

    @Test
    public void userDataThatIsAScalarIsSeenByItself() throws Exception {
        FileMeta meta = FileMeta.parse("{\"name\":\"a\",\"user_data\":\"night\"}".getBytes(UTF_8));
        assertTrue(Selector.parse("(user_data=night)").matches(new TransferId("c", "f"), meta, 0));
    }

    @Test
    public void caseOfAttributeNamesDoesNotMatter() throws Exception {
        assertMatches("(Client_ID=device-1)");
        assertMatches("(USER_DATA.SITE=north)");
        assertNoMatch("(user_data.site=south)");
    }

    @Test
    public void whatIsNoFilterIsRefusedNamingTheSetting() {
        for (String filter : List.of("name=a", "(name=a", "(&)", "(name)", "()")) {
            IllegalArgumentException e =
                    assertThrows(filter, IllegalArgumentException.class, () -> Selector.parse(filter));
            assertTrue(e.getMessage(), e.getMessage().startsWith("selector: "));
        }
    }

    private static boolean matches(String filter) throws Exception {
        FileMeta meta = FileMeta.parse(META.getBytes(UTF_8));
        return Selector.parse(filter).matches(new TransferId("device-1", "f1"), meta, 4096);
    }

    private static void assertMatches(String filter) throws Exception {
        assertTrue(filter, matches(filter));
    }

    private static void assertNoMatch(String filter) throws Exception {
        assertFalse(filter, matches(filter));
    }
}
