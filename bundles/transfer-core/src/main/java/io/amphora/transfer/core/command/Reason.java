// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.command;

import io.amphora.mqtt.ReasonCode;
import java.util.Locale;

/** The tokens that say to a client how a command ended, each with the MQTT reason code that it usually goes with. */
public enum Reason {
    SUCCESS(ReasonCode.SUCCESS),
    ACCEPTED(ReasonCode.SUCCESS),
    INVALID_FILE_COMMAND(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR),
    INVALID_FILEID(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR),
    INVALID_FILEMETA_JSON(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR),
    INVALID_FILEMETA(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR),
    INVALID_FILENAME(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR),
    INVALID_OFFSET(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR),
    INVALID_SIZE(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR),
    INVALID_CHECKSUM(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR),
    CHECKSUM_MISMATCH(ReasonCode.UNSPECIFIED_ERROR),
    FILEMETA_CONFLICT(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR),
    /** 0x10 in general; a fin answers 0x80, because generic clients take a code below 0x80 for success. */
    UNKNOWN_TRANSFER(ReasonCode.NO_MATCHING_SUBSCRIBERS),
    INCOMPLETE(ReasonCode.UNSPECIFIED_ERROR),
    FILE_TOO_LARGE(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR),
    QUOTA_EXCEEDED(ReasonCode.QUOTA_EXCEEDED),
    NOT_AUTHORIZED(ReasonCode.NOT_AUTHORIZED),
    EXPORT_FAILED(ReasonCode.UNSPECIFIED_ERROR),
    NO_EXPORTER(ReasonCode.UNSPECIFIED_ERROR),
    TIMEOUT(ReasonCode.UNSPECIFIED_ERROR),
    ABORTED(ReasonCode.UNSPECIFIED_ERROR),
    INTERNAL_ERROR(ReasonCode.UNSPECIFIED_ERROR);

    private final ReasonCode code;
    private final String token;

    Reason(ReasonCode code) {
        this.code = code;
        this.token = name().toLowerCase(Locale.ROOT);
    }

    /** The reason code that this token usually goes with. */
    public ReasonCode code() {
        return code;
    }

    /** As it stands in responses: {@code checksum_mismatch}. */
    public String token() {
        return token;
    }
}
