// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.export.s3;

import io.amphora.transfer.ByteRange;
import io.amphora.transfer.spi.EarlyExport;
import io.amphora.transfer.spi.EarlyRequest;
import io.amphora.transfer.spi.ExportRequest;
import java.io.IOException;

/**
 * An upload that has begun while the file is being received: a part is sent as soon as all its bytes are there, and
 * again if they change. A user of its session until it is over. Confined to one thread at a time.
 */
final class EarlyUpload implements EarlyExport {

    /** Failures of parts without growth that reached the server in between, before it is given up. */
    private static final int MAX_FAILURES = 5;

    private final S3Session session;
    private final EarlyRequest request;
    private final S3Location object;
    private final PartPlan plan;
    private final boolean sizeKnown;
    private PartedUpload upload;
    private int told;
    private int failures;
    private boolean over;

    /**
     * An upload that begins with the first part.
     *
     * @param session that the caller is a user of, on behalf of this
     * @param plan if the size is not known, of an endless file
     */
    EarlyUpload(S3Session session, EarlyRequest request, S3Location object, PartPlan plan, boolean sizeKnown) {
        this.session = session;
        this.request = request;
        this.object = object;
        this.plan = plan;
        this.sizeKnown = sizeKnown;
    }

    @Override
    public void grown(long end) throws IOException {
        requireProgress();
        boolean large = sizeKnown || end >= session.settings().earlyFrom();
        while (large
                && told < PartSizes.MAX_PARTS
                && told < knownParts()
                && plan.range(told + 1).end() <= end) {
            told++;
            begun().send(told, plan.range(told));
        }
    }

    private int knownParts() {
        return sizeKnown ? plan.count() : PartSizes.MAX_PARTS;
    }

    private PartedUpload begun() throws IOException {
        if (upload == null) {
            upload = PartedUpload.begin(
                    session, object, ObjectMetadata.of(request.id(), request.meta()), request.path());
        }
        return upload;
    }

    private void requireProgress() throws IOException {
        if (upload == null) {
            return;
        }
        try {
            upload.requireNoFailure();
            failures = 0;
        } catch (IOException e) {
            failures++;
            if (failures == MAX_FAILURES || upload.isGone()) {
                throw e;
            }
        }
    }

    @Override
    public void rewritten(ByteRange range) {
        int first = (int) Math.min(told, range.start() / plan.partSize()) + 1;
        for (int number = first; number <= told && plan.range(number).start() < range.end(); number++) {
            upload.sendAgain(number, plan.range(number));
        }
    }

    /** Whether the file can be delivered by this: it goes where files go now, and as parts of this size. */
    boolean suits(S3Session now, long size) {
        PartPlan whole = new PartPlan(size, plan.partSize());
        return !over
                && session == now
                && upload != null
                && !upload.isGone()
                && !whole.isSingle()
                && PartSizes.ceilDiv(size, plan.partSize()) <= PartSizes.MAX_PARTS;
    }

    /** Delivers the file; if it throws, it can be tried again. */
    S3Location finish(ExportRequest whole) throws IOException {
        upload.finish(whole.file(), new PartPlan(whole.file().size(), plan.partSize()));
        end();
        return object;
    }

    @Override
    public void abort() {
        if (over) {
            return;
        }
        if (upload != null) {
            upload.abort();
        }
        end();
    }

    private void end() {
        over = true;
        session.release();
    }

    @Override
    public String toString() {
        return object.toString();
    }
}
