package io.sluice.replication;

/** When an append counts as done; a property of the shard. */
public enum Durability {
    /** On disk, synced. */
    FSYNC,
    /** In the journal, not synced: survives the death of the process, not of the machine. */
    OS,
    /** In memory and in unsynced segment files; gone with the process. */
    MEMORY
}
