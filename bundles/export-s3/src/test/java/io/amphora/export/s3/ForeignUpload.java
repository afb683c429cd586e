// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.s3.testing.S3Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** An upload by somebody else's program, timed by the shell. Immutable. */
record ForeignUpload(String command, List<String> environment) {

    static ForeignUpload aws(S3Server server, Path file, String bucket) {
        return new ForeignUpload(
                "aws --endpoint-url " + server.endpoint() + " s3 cp --no-progress " + file + " s3://" + bucket + "/aws",
                List.of(
                        "AWS_ACCESS_KEY_ID=" + S3Server.ACCESS_KEY,
                        "AWS_SECRET_ACCESS_KEY=" + S3Server.SECRET_KEY,
                        "AWS_DEFAULT_REGION=us-east-1"));
    }

    static ForeignUpload s3cmd(S3Server server, Path file, String bucket) {
        String host = "127.0.0.1:" + server.port();
        return new ForeignUpload(
                "s3cmd --config=/dev/null --no-progress --no-ssl --multipart-chunk-size-mb=8 --access_key="
                        + S3Server.ACCESS_KEY + " --secret_key=" + S3Server.SECRET_KEY + " --host=" + host
                        + " --host-bucket=" + host + " put " + file + " s3://" + bucket + "/s3cmd",
                List.of());
    }

    /** Seconds on the clock, in the program and in the kernel. */
    double[] run() throws IOException, InterruptedException {
        ProcessBuilder shell =
                new ProcessBuilder("bash", "-c", "TIMEFORMAT='%R %U %S'; time " + command + " >/dev/null");
        environment.forEach(variable -> {
            String[] parts = variable.split("=", 2);
            shell.environment().put(parts[0], parts[1]);
        });
        Process process = shell.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException(said);
        }
        String times = said.lines().reduce("", (earlier, last) -> last);
        return Arrays.stream(times.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }
}
