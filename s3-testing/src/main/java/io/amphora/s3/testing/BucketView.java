// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.s3.testing;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the server tells of multipart uploads in one bucket, for tests that have no SDK: signed by version 2 of the
 * signatures. Keys are plain words. Thread-safe.
 */
public final class BucketView {

    private static final Pattern UPLOAD =
            Pattern.compile("<Upload>.*?<Key>(.*?)</Key>.*?<UploadId>(.*?)</UploadId>.*?</Upload>", Pattern.DOTALL);

    private static final Pattern PART = Pattern.compile("<PartNumber>(\\d+)</PartNumber>");

    private static final long VALID_SECONDS = 600;

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI endpoint;
    private final String bucket;

    public BucketView(URI endpoint, String bucket) {
        this.endpoint = endpoint;
        this.bucket = bucket;
    }

    /** An upload that has begun, and has neither been completed nor aborted. */
    public record Upload(String key, String id) {}

    public List<Upload> uploads() throws IOException, InterruptedException {
        List<Upload> found = new ArrayList<>();
        Matcher uploads = UPLOAD.matcher(get("/" + bucket, "uploads"));
        while (uploads.find()) {
            found.add(new Upload(uploads.group(1), uploads.group(2)));
        }
        return found;
    }

    /** Numbers of the parts that the server has of all uploads. */
    public List<Integer> parts() throws IOException, InterruptedException {
        List<Integer> found = new ArrayList<>();
        for (Upload upload : uploads()) {
            Matcher parts = PART.matcher(get("/" + bucket + "/" + upload.key(), "uploadId=" + upload.id()));
            while (parts.find()) {
                found.add(Integer.valueOf(parts.group(1)));
            }
        }
        return found;
    }

    private String get(String path, String query) throws IOException, InterruptedException {
        long expires = Instant.now().getEpochSecond() + VALID_SECONDS;
        String signature = signature("GET\n\n\n" + expires + "\n" + path + "?" + query);
        URI signed = endpoint.resolve(path + "?" + query + "&AWSAccessKeyId=" + S3Server.ACCESS_KEY + "&Expires="
                + expires + "&Signature=" + URLEncoder.encode(signature, StandardCharsets.UTF_8));
        HttpResponse<String> response =
                http.send(HttpRequest.newBuilder(signed).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(path + ": " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    private static String signature(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(S3Server.SECRET_KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has it", e);
        }
    }
}
