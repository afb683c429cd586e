// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.command;

import io.amphora.mqtt.ReasonCode;
import io.amphora.transfer.TransferView;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How a command ended.
 *
 * @param detail a sentence for a person; empty where nothing went wrong
 * @param view of the transfer, as the answer to a status command
 */
public record Outcome(ReasonCode code, Reason reason, String detail, Optional<TransferView> view) {

    private static final int SHORTEST_PAUSE = 7_500;
    private static final int LONGEST_PAUSE = 12_500;

    public static final Outcome SUCCESS = of(Reason.SUCCESS, "");

    /** An outcome with the code that its reason usually has. */
    public static Outcome of(Reason reason, String detail) {
        return new Outcome(reason.code(), reason, detail, Optional.empty());
    }

    /** The client waits for so long, then sends the same again; nothing of it was kept. */
    public static Outcome comeBack(String why, Duration pause) {
        return of(Reason.QUOTA_EXCEEDED, why + ": send this again in " + pause.toMillis() + " ms");
    }

    /** The same where nobody knows when there will be room: some seconds, not the same for everybody. */
    public static Outcome full(String why) {
        return comeBack(why, Duration.ofMillis(ThreadLocalRandom.current().nextInt(SHORTEST_PAUSE, LONGEST_PAUSE)));
    }

    /** The client begins again from init. */
    public static Outcome unknownTransfer() {
        return of(Reason.UNKNOWN_TRANSFER, "never begun, expired or aborted: begin again with init");
    }

    /** The same for fin, after whose success a client deletes its file: a code that nobody takes for success. */
    public static Outcome finOfUnknownTransfer() {
        return new Outcome(
                ReasonCode.UNSPECIFIED_ERROR,
                Reason.UNKNOWN_TRANSFER,
                unknownTransfer().detail(),
                Optional.empty());
    }

    /** The answer to a status command. */
    public static Outcome status(TransferView view) {
        return new Outcome(ReasonCode.SUCCESS, Reason.SUCCESS, "", Optional.of(view));
    }

    /** Whether the client got what it asked for. */
    public boolean isSuccess() {
        return code == ReasonCode.SUCCESS;
    }

    /** Reason and detail in one line, as an MQTT 5 reason string. */
    public String reasonString() {
        return detail.isEmpty() ? reason.token() : reason.token() + ": " + detail;
    }
}
