// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.spool;

/** What an acknowledged segment survives. A successful fin survives the machine in either case. */
public enum Durability {
    /** The end of the process: the bytes are with the operating system. */
    OS,
    /** The end of the machine: the bytes were synced, once for all segments that were waiting. */
    FSYNC
}
