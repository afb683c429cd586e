// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.settings.Settings;
import io.amphora.transfer.FileMeta;
import io.amphora.transfer.TransferId;
import io.amphora.transfer.spi.ExporterSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * One configuration, checked. Immutable.
 *
 * @param exporter what every exporter has
 * @param earlyFrom bytes of the smallest file that is uploaded while it is received
 * @param linkValidity of links at most
 * @param abortUploadsAfter age of other unfinished uploads that are aborted at start; zero for none
 * @param drainTimeout how long uploads may go on when the bundle is stopped
 */
record S3Settings(
        ExporterSettings exporter,
        String bucket,
        KeyTemplate key,
        PartSizes parts,
        long earlyFrom,
        ObjectOptions object,
        Connecting connecting,
        Duration linkValidity,
        Duration abortUploadsAfter,
        Duration drainTimeout) {

    /** @throws IllegalArgumentException naming the setting, and the file that it is in */
    static S3Settings of(Map<String, Object> properties) {
        return Settings.use(S3Config.class, properties, config -> of(config, properties));
    }

    /** @throws IllegalArgumentException naming the setting */
    static S3Settings of(S3Config config, Map<String, Object> properties) {
        return new S3Settings(
                ExporterSettings.of(config.exporter_name(), config.selector(), config.required(), properties),
                required("bucket", config.bucket()),
                KeyTemplate.parse(config.key()),
                new PartSizes(config.min__part__size(), config.max__part__size()),
                earlyFrom(config.early__min__size()),
                ObjectOptions.of(config),
                Connecting.of(config),
                seconds("url_expire_time", config.url__expire__time(), 1, 604_800),
                Duration.ofHours(atLeast("abort_uploads_after", config.abort__uploads__after(), 0)),
                seconds("drain_timeout", config.drain__timeout(), 0, Integer.MAX_VALUE));
    }

    private static long earlyFrom(long setting) {
        if (setting < 0) {
            throw new IllegalArgumentException("early_min_size: " + setting + " is negative");
        }
        return setting == 0 ? Long.MAX_VALUE : setting;
    }

    /** Name of the exporter. */
    String name() {
        return exporter.name();
    }

    /** @param complete when the file was complete */
    S3Location locationOf(TransferId id, FileMeta meta, Instant complete) {
        return new S3Location(bucket, key.keyOf(id, meta, complete));
    }

    /** Whether a file of which that is known is uploaded while it is received. */
    boolean wantsEarly(FileMeta meta) {
        return earlyFrom < Long.MAX_VALUE
                && !key.isTimed()
                && meta.size().orElse(Long.MAX_VALUE) >= Math.max(earlyFrom, parts.min() + 1);
    }

    static String required(String key, String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(key + ": required");
        }
        return value;
    }

    static int atLeast(String key, int value, int min) {
        return between(key, value, min, Integer.MAX_VALUE);
    }

    static int between(String key, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + ": " + value + " is not from " + min + " to " + max);
        }
        return value;
    }

    static Duration seconds(String key, int value, int min, int max) {
        return Duration.ofSeconds(between(key, value, min, max));
    }
}
