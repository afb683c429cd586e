// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import static org.junit.Assert.assertEquals;

import io.amphora.export.s3.OpenUploads.OpenUpload;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.Test;

public class LeftUploadsTest extends S3Fixture {

    @Test
    public void theStartAbortsWhatAnEarlierProcessLeftBehind() throws Exception {
        OpenUpload left = begin("in/left");
        new OpenUploads(state(), "killed").add(left);
        begin("in/of-another-program");
        start(settings());
        Condition.await("aborted", () -> S3.uploads(bucket).equals(List.of("in/of-another-program")));
        Condition.await("forgotten", () -> state().toFile().list().length == 0);
    }

    @Test
    public void whatThisProcessIsDoingGoesOn() throws IOException {
        OpenUploads ours = OpenUploads.in(state());
        ours.add(begin("in/ours"));
        abortLeft(settings(), ours, Duration.ZERO);
        assertEquals(List.of("in/ours"), S3.uploads(bucket));
        assertEquals(1, state().toFile().list().length);
    }

    @Test
    public void thoseAtAnotherServiceAreNotTouched() throws IOException {
        OpenUpload upload = begin("in/left");
        OpenUploads killed = new OpenUploads(state(), "killed");
        killed.add(new OpenUpload("http://elsewhere", upload.object(), upload.uploadId()));
        abortLeft(settings(), OpenUploads.in(state()), Duration.ZERO);
        assertEquals(List.of("in/left"), S3.uploads(bucket));
    }

    @Test
    public void oldOnesBelowTheFixedBeginningAreAbortedIfThatIsWanted() throws IOException {
        begin("in/old");
        begin("out/old");
        Settings wanted = settings().with("key", "in/{name}").with("abort_uploads_after", 24);
        abortLeft(wanted, OpenUploads.in(state()), Duration.ofHours(23));
        assertEquals(List.of("in/old", "out/old"), S3.uploads(bucket));
        abortLeft(wanted, OpenUploads.in(state()), Duration.ofHours(25));
        assertEquals(List.of("out/old"), S3.uploads(bucket));
    }

    private OpenUpload begin(String key) {
        String id = S3.client()
                .createMultipartUpload(create -> create.bucket(bucket).key(key))
                .uploadId();
        return new OpenUpload(settings().parse().connecting().where(), new S3Location(bucket, key), id);
    }

    private static void abortLeft(Settings settings, OpenUploads uploads, Duration later) {
        S3Session session = new S3Session(settings.parse(), uploads, S3Session.GRACE);
        new LeftUploads(session, Clock.offset(Clock.systemUTC(), later)).abort();
        session.release();
    }
}
