// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.crash;

import java.util.Optional;

/**
 * A place between two writes where the process ends. Each is a Byteman rule, so that the code that is tested knows nothing
 * of it. docs/crash-safety.md has the same list. Immutable.
 */
enum CrashPoint {
    /** The journal is there and empty. */
    JOURNAL_CREATED("core.spool.JournalFile", "create", "AFTER INVOKE OpenFiles.create"),
    /** Half of an entry stands at the end of a journal. */
    JOURNAL_TORN("core.spool.TransferJournal", "append", "AFTER INVOKE FileChannel.write", "$bytes"),
    /** An init is journalled and not acknowledged. */
    INIT_JOURNALLED("core.spool.Spool", "create", "AT EXIT"),
    /** Half of a segment stands in the data file. */
    DATA_TORN("core.spool.SpoolData", "write", "AFTER INVOKE FileChannel.write", "$bytes"),
    /** A segment stands in the data file and not in the journal. */
    DATA_WRITTEN("core.spool.SpoolData", "write", "AT EXIT"),
    /** The data are synced, the journal does not know them. */
    DATA_SYNCED("core.spool.SpoolData", "sync", "AT EXIT", Needs.FSYNC),
    /** The journal knows the data and is not synced. */
    JOURNAL_NOT_SYNCED("core.spool.JournalFile", "append", "AFTER INVOKE TransferJournal.append", Needs.FSYNC),
    /** Segments are stored and not acknowledged. */
    SEGMENTS_STORED("core.spool.SpoolEntry", "store", "AT EXIT"),
    /** A fin is journalled and not acknowledged. */
    FIN_JOURNALLED("core.spool.SpoolEntry", "acceptFin", "AT EXIT"),

    /** The folder where a file is put together is there. */
    STAGING_MADE("export.local.StagedFile", "makeFolders", "AT EXIT"),
    /** The data have a second name in the staging folder. */
    CONTENT_LINKED("export.local.SpoolReader", "linked", "AFTER INVOKE Files.createLink"),
    /** Some of the data are copied. */
    CONTENT_COPYING("export.local.SpoolReader", "copy", "AFTER INVOKE FileChannel.transferTo"),
    /** The data are copied and synced. */
    CONTENT_COPIED("export.local.SpoolReader", "copy", "AT EXIT"),
    /** Half of the manifest is written. */
    MANIFEST_TORN("export.local.StagedFile", "writeManifest", "AFTER INVOKE FileChannel.write", "$rest"),
    /** File and manifest are put together. */
    STAGED("export.local.Staging", "stage", "AT EXIT"),
    /** The folders above the final place are there. */
    SHARD_MADE("export.local.Shards", "require", "AT EXIT"),
    /** The file has its final name, its directory is not synced. */
    PUBLISHED("export.local.Publication", "appeared", "AFTER INVOKE Files.move"),
    /** One exporter has the file. */
    ONE_EXPORTED("export.local.LocalExporter", "export", "AT EXIT"),
    /** A file that was there from before the last crash is replaced by the same one. */
    FILE_REPLACED("export.local.Publication", "replace", "AFTER INVOKE Files.move 1", PUBLISHED),
    /** Its manifest too, and the directory is not synced. */
    MANIFEST_REPLACED("export.local.Publication", "replace", "AFTER INVOKE Files.move 2", PUBLISHED),
    /** What the last crash left in the staging folder is being removed. */
    LEFTOVER_CLAIMED("export.local.Staging", "removeLeftover", "AFTER INVOKE Files.move", STAGED),

    /** The journal knows that one of two exporters has the file. */
    EXPORT_NOTED("core.spool.SpoolEntry", "noteExported", "AT EXIT", Needs.ONE_OBSTRUCTED),
    /** Nobody has the file and the spool is about to say that it may change again. */
    FIN_FAILING("core.spool.SpoolEntry", "failFin", "AFTER INVOKE SpoolEntry.exported", Needs.ALL_OBSTRUCTED),
    /** The journal knows that a delivery was given up. */
    FIN_FAILED("core.spool.SpoolEntry", "failFin", "AT EXIT", Needs.ALL_OBSTRUCTED),
    /** The journal knows that all have the file, the data are still there. */
    DELIVERY_JOURNALLED("core.spool.SpoolEntry", "deliver", "AFTER INVOKE JournalFile.append"),
    /** The data are gone, the client knows nothing. */
    DATA_DROPPED("core.spool.SpoolEntry", "deliver", "AT EXIT"),

    /** The rows are written and not committed. */
    ROWS_WRITTEN("catalog.DeliveryRows", "write", "AT EXIT"),
    /** The rows are committed and perhaps not on the disk. */
    ROWS_COMMITTED("catalog.Database", "transact", "AFTER INVOKE Connection.commit"),
    /** The catalog has a delivery, the journal is still there. */
    CATALOGUED("catalog.SqlCatalog", "add", "AT EXIT"),
    /** The journal of a catalogued delivery is gone. */
    JOURNAL_FORGOTTEN("core.transfer.Transfer", "catalogued", "AFTER INVOKE SpoolEntry.delete"),

    /** The journal of an aborted transfer is gone, its data are not, and the client knows nothing. */
    ABORTED_JOURNAL_DELETED(
            "core.spool.SpoolEntry", "delete", "AFTER INVOKE JournalFile.delete", Needs.UNFINISHED_ENTRY),
    /** The client knows that a running export was aborted; what it has delivered is not deleted yet. */
    ABORTING("core.export.Recipients", "undo", "AT ENTRY", Needs.SLOW_EXPORTS),
    /** An expired file is deleted, the catalog still has it. */
    EXPIRED_DELETED("export.local.LocalExporter", "delete", "AT EXIT", Needs.EXPIRY);

    /** What has to be so that a point is passed. */
    enum Needs {
        NOTHING,
        FSYNC,
        ONE_OBSTRUCTED,
        ALL_OBSTRUCTED,
        UNFINISHED_ENTRY,
        SLOW_EXPORTS,
        EXPIRY
    }

    private static final String SLOW_EXPORTS = """
            RULE slow exports
            CLASS io.amphora.export.local.LocalExporter
            METHOD export
            AT EXIT
            IF TRUE
            DO delay(300)
            ENDRULE
            """;

    private final String className;
    private final String method;
    private final String location;
    private final Optional<String> halved;
    private final Needs needs;
    private final Optional<CrashPoint> after;

    CrashPoint(String className, String method, String location) {
        this(className, method, location, Optional.empty(), Needs.NOTHING, Optional.empty());
    }

    CrashPoint(String className, String method, String location, String halved) {
        this(className, method, location, Optional.of(halved), Needs.NOTHING, Optional.empty());
    }

    CrashPoint(String className, String method, String location, Needs needs) {
        this(className, method, location, Optional.empty(), needs, Optional.empty());
    }

    CrashPoint(String className, String method, String location, CrashPoint after) {
        this(className, method, location, Optional.empty(), Needs.NOTHING, Optional.of(after));
    }

    CrashPoint(
            String className,
            String method,
            String location,
            Optional<String> halved,
            Needs needs,
            Optional<CrashPoint> after) {
        this.className = className;
        this.method = method;
        this.location = location;
        this.halved = halved;
        this.needs = needs;
        this.after = after;
    }

    Needs needs() {
        return needs;
    }

    /** The point of the crash that this one is passed after, while that is being mended. */
    Optional<CrashPoint> after() {
        return after;
    }

    /** The rules that end the process when the point is passed for the {@code count}th time. */
    String rules(int count) {
        boolean slow = needs == Needs.SLOW_EXPORTS;
        KillRule rule = new KillRule(name(), className(), method, location, halved);
        return (slow ? SLOW_EXPORTS : "")
                + rule.text(
                        count,
                        needs == Needs.UNFINISHED_ENTRY ? "$unfinished AND " : "",
                        slow ? "delay(500), " : ""); // the client is to hear of the abort first
    }

    /** The class that the point is in. */
    String className() {
        return (className.startsWith("export") ? "io.amphora." : "io.amphora.transfer.") + className;
    }

    /** The method that the point is in. */
    String method() {
        return method;
    }
}
