// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.settings.In;
import io.amphora.settings.Unit;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The settings, with EMQX's names where it has them. */
@ObjectClassDefinition(name = "S3 exporter", description = "Delivers finished files into a bucket.")
@interface S3Config {

    @AttributeDefinition(
            description = "Name of the exporter, unique among all; if not given, NAME of the file "
                    + "io.amphora.export.s3-NAME.cfg.",
            required = false)
    String exporter_name();

    @AttributeDefinition(
            description = "Which files it wants: an OSGi filter over client_id, file_id, name, size and "
                    + "user_data.*; empty for all.")
    String selector() default "";

    @AttributeDefinition(
            description =
                    "Whether a fin waits for this exporter, and fails if it cannot deliver; else it is tried in the "
                            + "background.")
    boolean required() default true;

    @AttributeDefinition(description = "Bucket that receives the files; it has to be there.")
    String bucket();

    @AttributeDefinition(description = "Host of the S3 service; empty for Amazon's own in the region.")
    String host() default "";

    @AttributeDefinition(description = "Its port; 0 for 443, or 80 without TLS.")
    int port() default 0;

    @AttributeDefinition(description = "Whether to speak TLS to the host.")
    boolean ssl() default true;

    @AttributeDefinition(description = "Region; servers other than Amazon's mostly take any.")
    String region() default "us-east-1";

    @AttributeDefinition(
            description = "How requests name the bucket: path, in the path; vhost, before the host.",
            options = {@Option(label = "path", value = "path"), @Option(label = "vhost", value = "vhost")})
    String access__method() default "path";

    @AttributeDefinition(
            description =
                    "Where the keys come from: keys, the two keys below; environment, AWS_ACCESS_KEY_ID and so on "
                            + "of this process; profile, ~/.aws; instance, the role of the machine or container; default, the "
                            + "first of the last three that has some.",
            options = {
                @Option(label = "keys", value = "keys"),
                @Option(label = "environment", value = "environment"),
                @Option(label = "profile", value = "profile"),
                @Option(label = "instance", value = "instance"),
                @Option(label = "default", value = "default")
            })
    String credentials() default "keys";

    @AttributeDefinition(description = "The access key, for credentials = keys.")
    String access__key__id() default "";

    @AttributeDefinition(description = "The secret key, for credentials = keys.", type = AttributeType.PASSWORD)
    String secret__access__key() default "";

    @AttributeDefinition(
            description = "The session token that belongs to temporary keys, for credentials = keys.",
            type = AttributeType.PASSWORD)
    String session__token() default "";

    @AttributeDefinition(description = "The profile, for credentials = profile.")
    String profile() default "default";

    @AttributeDefinition(
            description = "Key of an object, made from {client_id}, {file_id}, {name}, the UTC time at which the file "
                    + "was complete as {yyyy}, {MM}, {dd}, {HH}, and members of the user data as {user_data.MEMBER}.")
    String key() default "{client_id}/{file_id}/{name}";

    @AttributeDefinition(
            description = "Canned ACL of the objects, private, public_read, public_read_write, authenticated_read, "
                    + "bucket_owner_read or bucket_owner_full_control; empty for none.")
    String acl() default "";

    @AttributeDefinition(description = "Storage class, as STANDARD_IA; empty for the bucket's.")
    String storage__class() default "";

    @AttributeDefinition(description = "Server-side encryption, AES256 or aws:kms; empty for the bucket's.")
    String server__side__encryption() default "";

    @AttributeDefinition(description = "Id of the key for aws:kms; empty for the account's.")
    String sse__kms__key__id() default "";

    @AttributeDefinition(description = "Headers for every request, as NAME: VALUE, separated by |.")
    String headers() default "";

    @AttributeDefinition(
            description =
                    "Bytes of a part, unless the file would have more than 10,000; files up to it go in one piece; "
                            + "5242880 to max_part_size.")
    @In(Unit.BYTES)
    long min__part__size() default 8_388_608;

    @AttributeDefinition(description = "Bytes of the largest part; min_part_size to 5368709120.")
    @In(Unit.BYTES)
    long max__part__size() default 5_368_709_120L;

    @AttributeDefinition(
            description =
                    "Bytes of the smallest file that is uploaded while it is received, so that a fin waits for the "
                            + "last part only; 0 for none. Not done if the key has the time in it.")
    @In(Unit.BYTES)
    long early__min__size() default 67_108_864;

    @AttributeDefinition(
            description = "Checksums in requests and responses, for the server to verify: when_supported or "
                    + "when_required; older servers know none.",
            options = {
                @Option(label = "when_supported", value = "when_supported"),
                @Option(label = "when_required", value = "when_required")
            })
    String checksums() default "when_supported";

    @AttributeDefinition(
            description = "Whether requests may use the framing aws-chunked; false for servers that store it.")
    boolean chunked__encoding() default true;

    @AttributeDefinition(
            description =
                    "What is compared of the object that the server holds before a file counts as delivered: full, "
                            + "size and checksum or ETag; size, for servers whose ETags look like MD5 digests and are none; none, for "
                            + "credentials that may not read.",
            options = {
                @Option(label = "full", value = "full"),
                @Option(label = "size", value = "size"),
                @Option(label = "none", value = "none")
            })
    String verification() default "full";

    @AttributeDefinition(description = "Requests at once, for all files together; 1 to 1024.")
    int pool__size() default 8;

    @AttributeDefinition(description = "Seconds that connecting may take; 1 or more.")
    @In(Unit.SECONDS)
    int connect__timeout() default 15;

    @AttributeDefinition(description = "Seconds that the server may be silent; 1 or more.")
    @In(Unit.SECONDS)
    int idle__timeout() default 30;

    @AttributeDefinition(
            description = "Seconds that one attempt of a request may take, as the upload of a part; 1 or more.")
    @In(Unit.SECONDS)
    int attempt__timeout() default 120;

    @AttributeDefinition(description = "Seconds that a request may take with its retries; 1 or more.")
    @In(Unit.SECONDS)
    int request__timeout() default 300;

    @AttributeDefinition(description = "Retries of a request; 0 to 100.")
    int max__retries() default 3;

    @AttributeDefinition(description = "Proxy, as http://HOST:PORT; empty for none.")
    String proxy() default "";

    @AttributeDefinition(description = "User at the proxy; empty for none.")
    String proxy__username() default "";

    @AttributeDefinition(description = "Password at the proxy.", type = AttributeType.PASSWORD)
    String proxy__password() default "";

    @AttributeDefinition(
            description = "File with the certificates to trust, PKCS 12 or JKS; empty for those of the Java platform.")
    String trust__store() default "";

    @AttributeDefinition(description = "Its password.", type = AttributeType.PASSWORD)
    String trust__store__password() default "";

    @AttributeDefinition(description = "Seconds that links to objects are valid at most; 1 to 604800.")
    @In(Unit.SECONDS)
    int url__expire__time() default 3_600;

    @AttributeDefinition(
            description = "Hours after which unfinished uploads below the key's fixed beginning are aborted at start, "
                    + "whoever began them; 0 for never. Those that this exporter left behind are aborted always.")
    @In(Unit.HOURS)
    int abort__uploads__after() default 0;

    @AttributeDefinition(description = "Seconds that uploads may go on when the bundle is stopped; 0 or more.")
    @In(Unit.SECONDS)
    int drain__timeout() default 10;
}
