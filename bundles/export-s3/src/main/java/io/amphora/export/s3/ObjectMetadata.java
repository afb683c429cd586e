// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What goes with an object, as headers: printable ASCII, and within the 2 KB that S3 takes. */
final class ObjectMetadata {

    static final String CLIENT_ID = "clientid";
    static final String FILE_ID = "fileid";
    static final String FILE_META = "filemeta";
    static final String VERSION = "filemeta-vsn";

    /** What was left out of {@link #FILE_META} for lack of room. */
    static final String LEFT_OUT = "filemeta-left-out";

    private static final int MAX_BYTES = 2_048;
    private static final int MAX_ID_BYTES = 240;

    private ObjectMetadata() {}

    static Map<String, String> of(TransferId id, FileMeta meta) {
        Map<String, String> all = with(id, meta);
        if (bytesOf(all) > MAX_BYTES) {
            all = with(id, withoutUserData(meta));
            all.put(LEFT_OUT, "user_data");
        }
        return all;
    }

    private static Map<String, String> with(TransferId id, FileMeta meta) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put(CLIENT_ID, ShortText.fit(percentEncoded(id.clientId()), MAX_ID_BYTES));
        all.put(FILE_ID, ShortText.fit(percentEncoded(id.fileId()), MAX_ID_BYTES));
        all.put(FILE_META, ascii(meta.toJson()));
        all.put(VERSION, "1");
        return all;
    }

    private static int bytesOf(Map<String, String> all) {
        return all.entrySet().stream()
                .mapToInt(entry -> entry.getKey().length() + entry.getValue().length())
                .sum();
    }

    private static FileMeta withoutUserData(FileMeta meta) {
        return new FileMeta(
                meta.name(), meta.size(), meta.checksum(), meta.expireAt(), meta.segmentsTtl(), Optional.empty());
    }

    /** JSON in ASCII; of two blanks the second is escaped too, since signing a header makes them one. */
    private static String ascii(String json) {
        StringBuilder text = new StringBuilder(json.length());
        char last = 0;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c < ' ' || c > '~' || (c == ' ' && last == ' ')) {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                text.append(c);
            }
            last = c;
        }
        return text.toString();
    }

    private static String percentEncoded(String id) {
        StringBuilder text = new StringBuilder(id.length());
        for (byte b : id.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b <= '~' && b != '%') {
                text.append((char) b);
            } else {
                text.append(String.format(Locale.ROOT, "%%%02X", b));
            }
        }
        return text.toString();
    }
}
