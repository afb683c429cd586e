// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Where the keys come from. Immutable. */
sealed interface Credentials {

    /** A provider, to be closed by whoever asked. */
    AwsCredentialsProvider provider();

    /** Keys from the settings. */
    record Keys(String accessKey, Secret secretKey, Secret sessionToken) implements Credentials {

        @Override
        public AwsCredentialsProvider provider() {
            return StaticCredentialsProvider.create(
                    sessionToken.isEmpty()
                            ? AwsBasicCredentials.create(accessKey, secretKey.value())
                            : AwsSessionCredentials.create(accessKey, secretKey.value(), sessionToken.value()));
        }
    }

    /** Environment variables of this process. */
    record Environment() implements Credentials {

        @Override
        public AwsCredentialsProvider provider() {
            return EnvironmentVariableCredentialsProvider.create();
        }
    }

    /** A profile in the user's files. */
    record Profile(String name) implements Credentials {

        @Override
        public AwsCredentialsProvider provider() {
            return ProfileCredentialsProvider.create(name);
        }
    }

    /** The role of the container or machine. */
    record Instance() implements Credentials {

        @Override
        public AwsCredentialsProvider provider() {
            return AwsCredentialsProviderChain.of(
                    ContainerCredentialsProvider.create(), InstanceProfileCredentialsProvider.create());
        }
    }

    /** The SDK's own order. */
    record Chain() implements Credentials {

        @Override
        public AwsCredentialsProvider provider() {
            return DefaultCredentialsProvider.builder().build();
        }
    }

    /**
     * What the settings say.
     *
     * @throws IllegalArgumentException naming the setting that is wrong
     */
    static Credentials of(S3Config config) {
        return switch (config.credentials()) {
            case "keys" ->
                new Keys(
                        S3Settings.required("access_key_id", config.access__key__id()),
                        new Secret(S3Settings.required("secret_access_key", config.secret__access__key())),
                        new Secret(config.session__token()));
            case "environment" -> new Environment();
            case "profile" -> new Profile(S3Settings.required("profile", config.profile()));
            case "instance" -> new Instance();
            case "default" -> new Chain();
            default ->
                throw new IllegalArgumentException("credentials: " + config.credentials()
                        + " is none of keys, environment, profile, instance and default");
        };
    }
}
