// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import io.amphora.itests.SentFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * One file as its client knows it: what it has sent, what was acknowledged, and so what may be found after a crash.
 * Thread-safe.
 */
final class Upload {

    /** What the client knows of its transfer. */
    enum Stage {
        /** Init was sent. */
        NEW,
        /** Init was acknowledged. */
        OPEN,
        /** A fin was sent, and its result is not known. */
        FINISHING,
        /** An asynchronous fin was accepted. */
        ACCEPTED,
        /** A fin has succeeded. */
        DELIVERED,
        /** An abort was sent. */
        ABORTING,
        /** An abort was acknowledged. */
        ABORTED,
        /** It was delivered and then deleted when its time was over, or is about to be. */
        EXPIRED
    }

    private final String clientId;
    private final String fileId;
    private final Content content;
    private final int size;
    private final Writes writes;
    private final boolean expires;
    private Stage stage = Stage.NEW;
    private boolean finWasSent;
    private boolean finMayHaveFailed;
    private boolean surelyAborted;
    private Optional<String> deliveredSha256 = Optional.empty();

    /**
     * @param size of the file, as its fin will say
     * @param expires whether the broker may delete it as soon as it is delivered
     */
    Upload(String clientId, String fileId, Content content, int size, boolean expires) {
        this.clientId = clientId;
        this.fileId = fileId;
        this.content = content;
        this.size = size;
        this.writes = new Writes(content.size());
        this.expires = expires;
    }

    String clientId() {
        return clientId;
    }

    String fileId() {
        return fileId;
    }

    String name() {
        return fileId + ".bin";
    }

    int size() {
        return size;
    }

    Content content() {
        return content;
    }

    boolean expires() {
        return expires;
    }

    byte[] meta() {
        String expiry = expires ? ",\"expire_at\":1" : "";
        String meta = "{\"name\":\"" + name() + "\"" + expiry + ",\"user_data\":{\"seed\":" + content.seed() + "}}";
        return meta.getBytes(StandardCharsets.UTF_8);
    }

    String topic(String command) {
        return "$file/" + fileId + "/" + command;
    }

    String asyncTopic(String command) {
        return "$file-async/" + fileId + "/" + command;
    }

    synchronized Stage stage() {
        return stage;
    }

    synchronized void become(Stage next) {
        stage = next;
    }

    /** Moves on, unless something later has happened meanwhile. */
    synchronized void become(Stage from, Stage next) {
        stage = stage == from ? next : stage;
    }

    synchronized Writes.Write sent(Piece piece, int process) {
        return writes.sent(piece.offset(), piece.end(), piece.version(), process);
    }

    synchronized void acknowledged(Writes.Write write) {
        writes.acknowledged(write);
    }

    synchronized void connectionLost() {
        writes.connectionLost();
    }

    synchronized boolean isSettled() {
        return writes.isSettled();
    }

    synchronized boolean isAcknowledged(int start, int end) {
        return writes.isAcknowledged(start, end);
    }

    /** The first byte that was acknowledged and is not among the ranges held. */
    synchronized Optional<Integer> lost(Iterable<int[]> held) {
        boolean[] there = new boolean[content.size()];
        held.forEach(range -> Arrays.fill(there, range[0], Math.min(range[1], there.length), true));
        boolean[] acknowledged = writes.acknowledged();
        for (int at = 0; at < there.length; at++) {
            if (acknowledged[at] && !there[at]) {
                return Optional.of(at);
            }
        }
        return Optional.empty();
    }

    /** The SHA-256 of the file if every byte of it was acknowledged and there is no doubt about any. */
    synchronized Optional<String> certainSha256() {
        return isAcknowledged(0, size) ? writes.certain(content, size).map(SentFile::sha256) : Optional.empty();
    }

    /** A fin is about to be sent; {@code mayFail} because exporters are obstructed. */
    synchronized void finishing(boolean mayFail) {
        finWasSent = true;
        finMayHaveFailed |= mayFail;
    }

    synchronized boolean finWasSent() {
        return finWasSent;
    }

    synchronized boolean finMayHaveFailed() {
        return finMayHaveFailed;
    }

    /** The fin was given up: what happens from here on has no excuse. */
    synchronized void finHasFailed() {
        finMayHaveFailed = false;
    }

    /** The abort came in time: the file is never delivered. */
    synchronized void surelyAborted() {
        surelyAborted = true;
    }

    synchronized boolean isSurelyAborted() {
        return surelyAborted;
    }

    /** What is wrong with a file that was delivered, if anything is; from then on it may not change. */
    synchronized Optional<String> contradiction(byte[] found) {
        String sha256 = SentFile.sha256(found);
        if (deliveredSha256.isPresent()) {
            return deliveredSha256.get().equals(sha256)
                    ? Optional.empty()
                    : Optional.of("its bytes have changed since it was delivered, or differ between exporters");
        }
        if (found.length != size) {
            return Optional.of("it has " + found.length + " bytes, not " + size);
        }
        deliveredSha256 = Optional.of(sha256);
        return writes.contradiction(content, found);
    }

    @Override
    public String toString() {
        return clientId + "/" + fileId + " (" + stage() + ", " + size + " bytes)";
    }
}
