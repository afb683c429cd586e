// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.transfer.spi.FileRefusedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What went wrong, as an {@link IOException} whose message tells a person the cause. */
final class S3Failure {

    private S3Failure() {}

    /**
     * @param doing what failed, as "upload of part 3"
     * @throws RuntimeException if it is a bug
     */
    static IOException of(Throwable failure, String doing, S3Session session) {
        if (failure instanceof ExecutionException || failure instanceof CompletionException) {
            return of(failure.getCause(), doing, session);
        } else if (failure instanceof IOException e) {
            return e;
        } else if (failure instanceof UncheckedIOException e) {
            return e.getCause();
        } else if (failure instanceof SdkException e) {
            return ofSdk(e, doing, session);
        } else if (failure instanceof RuntimeException e) {
            throw e;
        }
        throw new IllegalStateException(failure);
    }

    private static IOException ofSdk(SdkException failure, String doing, S3Session session) {
        String where = doing + " of " + session;
        if (failure instanceof S3Exception refused && refused.awsErrorDetails() != null) {
            String why = where + ": " + refusal(refused);
            return isOfTheFile(refused.awsErrorDetails().errorCode())
                    ? new FileRefusedException(why, failure)
                    : new IOException(why, failure);
        } else if (failure instanceof S3Exception refused) {
            return new IOException(where + ": status " + refused.statusCode(), failure);
        } else if (failure instanceof ApiCallTimeoutException || failure instanceof ApiCallAttemptTimeoutException) {
            return new IOException(where + ": no answer in time", failure);
        } else if (failure instanceof AbortedException) {
            InterruptedIOException stopped = new InterruptedIOException(where + ": stopped");
            stopped.initCause(failure);
            return stopped;
        }
        return new IOException(where + ": " + rootOf(failure), failure);
    }

    /** Whether the server can never take this file, though it may take others. */
    private static boolean isOfTheFile(String code) {
        return switch (code == null ? "" : code) {
            case "KeyTooLongError",
                    "KeyTooLong",
                    "InvalidObjectName",
                    "XMinioInvalidObjectName",
                    "EntityTooLarge",
                    "MetadataTooLarge" -> true;
            default -> false;
        };
    }

    static boolean isCode(S3Exception refused, String code) {
        return refused.awsErrorDetails() != null
                && code.equals(refused.awsErrorDetails().errorCode());
    }

    private static String refusal(S3Exception refused) {
        String code = refused.awsErrorDetails().errorCode();
        String answer = refused.statusCode() + " " + code + ": "
                + refused.awsErrorDetails().errorMessage();
        return answer + hint(code == null ? "" : code);
    }

    private static String hint(String code) {
        return switch (code) {
            case "NoSuchBucket" -> " (see the setting bucket)";
            case "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken" ->
                " (see the setting credentials)";
            case "RequestTimeTooSkewed" -> " (the clock of this machine or of the server is wrong)";
            case "PermanentRedirect", "AuthorizationHeaderMalformed" -> " (see the setting region)";
            default -> "";
        };
    }

    private static String rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root == failure ? String.valueOf(failure.getMessage()) : root.toString();
    }
}
