// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.s3.testing.S3Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A real S3 server for the tests of a class, and what they look at it with. */
final class RunningS3 extends ExternalResource {

    private final TemporaryFolder folder = new TemporaryFolder();
    private S3Server server;
    private S3Client client;
    private int buckets;

    @Override
    protected void before() throws IOException, InterruptedException {
        folder.create();
        server = S3Server.inMemory(folder.getRoot().toPath());
        client = S3Client.builder()
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .endpointOverride(server.endpoint())
                .httpClientBuilder(Apache5HttpClient.builder())
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(S3Server.ACCESS_KEY, S3Server.SECRET_KEY)))
                .build();
    }

    @Override
    protected void after() {
        client.close();
        server.close();
        folder.delete();
    }

    int port() {
        return server.port();
    }

    S3Client client() {
        return client;
    }

    /** Makes a bucket and returns its name. */
    String newBucket() {
        String bucket = "bucket-" + ++buckets;
        client.createBucket(create -> create.bucket(bucket));
        return bucket;
    }

    /** Settings by which files arrive in a bucket of this server. */
    Settings settings(String bucket) {
        return Settings.defaults()
                .with("bucket", bucket)
                .with("host", "127.0.0.1")
                .with("port", server.port())
                .with("ssl", false)
                .with("access_key_id", S3Server.ACCESS_KEY)
                .with("secret_access_key", S3Server.SECRET_KEY)
                .with("min_part_size", PartSizes.SMALLEST);
    }

    /** An exporter with those settings. */
    static S3Exporter exporter(Settings settings, Path state) {
        try {
            return new S3Exporter(settings.parse(), OpenUploads.in(state), S3Session.GRACE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<URI> objects(String bucket) {
        return client.listObjectsV2Paginator(list -> list.bucket(bucket)).contents().stream()
                .map(S3Object::key)
                .map(key -> new S3Location(bucket, key).uri())
                .toList();
    }

    /** Changes every object of a bucket. */
    void change(String bucket, UnaryOperator<byte[]> change) {
        client.listObjectsV2(list -> list.bucket(bucket)).contents().forEach(object -> {
            byte[] content = client.getObjectAsBytes(get -> get.bucket(bucket).key(object.key()))
                    .asByteArray();
            client.putObject(put -> put.bucket(bucket).key(object.key()), RequestBody.fromBytes(change.apply(content)));
        });
    }

    List<String> uploads(String bucket) {
        return client.listMultipartUploads(list -> list.bucket(bucket)).uploads().stream()
                .map(MultipartUpload::key)
                .toList();
    }

    Map<String, String> metadata(S3Location object) {
        return client.headObject(head -> head.bucket(object.bucket()).key(object.key()))
                .metadata();
    }
}
