package io.sluice.replication;

/** Hears of growth of a partition, on the shard's apply thread: it counts and hands over, and never blocks. */
public interface AppendListener {
    /** So many bytes were appended; readers can see them now. */
    void appended(PartitionReplica partition, long endOffset, int lengthBytes);

    /** The partition is dropped or no longer served here: whoever waits must look again. */
    void closed(PartitionReplica partition);

    /** This node begins or ceases to lead the partition: who waits for what only a leader says must look again. */
    default void leadershipChanged(PartitionReplica partition) {}
}
