package io.sluice.replication;

import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;

/** What changes a shard's partition table; decided elsewhere, applied by every replica in journal order. */
public sealed interface ControlEntry {
    /** The topic it is about. */
    TopicId topicId();

    /**
     * Partitions {@code firstPartition} to {@code firstPartition + count − 1} exist from now on; known ones are left alone, but
     * all of the topic roll by these settings from their next batch on unless a newer version is known.
     */
    record Open(
            TopicId topicId,
            long metadataVersion,
            int firstPartition,
            int count,
            long baseOffset,
            int epochBase,
            SegmentSettings settings)
            implements ControlEntry {}

    /** Segments roll by these settings from the next batch of each partition on; older versions than the known one are ignored. */
    record Configure(TopicId topicId, long metadataVersion, SegmentSettings settings) implements ControlEntry {}

    /** The topic's partitions are gone; later appends are answered UNKNOWN_TOPIC_ID. */
    record Drop(TopicId topicId, long metadataVersion) implements ControlEntry {}

    /** Records below are gone (retention, DeleteRecords); never falls, never passes the end. */
    record AdvanceStart(TopicId topicId, int partition, long startOffset) implements ControlEntry {}

    /** Producers without an append since this shard time are forgotten. */
    record ExpireProducers(TopicId topicId, int partition, long idleSinceMs) implements ControlEntry {}

    /**
     * Records that had been acknowledged may be gone (an {@code os} shard after a power cut): the epoch of these
     * partitions changes, and records appended from now on have a higher leader epoch.
     */
    record HistoryLost(TopicId topicId, int firstPartition, int count) implements ControlEntry {}

    /**
     * A copy of a partition of another shard begins here, at the offset; nobody sees it. What an earlier move copied, or took
     * away, gives way to it; whatever else is here stays.
     */
    record Arrive(
            TopicId topicId, long metadataVersion, int partition, long move, long baseOffset, SegmentSettings settings)
            implements ControlEntry {}

    /** Nothing is appended any more, because another shard will have the partition. */
    record Seal(TopicId topicId, int partition, long move) implements ControlEntry {}

    /** The move was taken back after it sealed the partition, which goes on. */
    record Unseal(TopicId topicId, int partition, long move) implements ControlEntry {}

    /**
     * The copy of this move, if it ends there, is the partition from now on. Leader epochs are the shard's terms above the base,
     * which must not be lower than any that were used elsewhere.
     */
    record Adopt(
            TopicId topicId, int partition, long move, long endOffset, long startOffset, int epochBase, int lossCount)
            implements ControlEntry {}

    /** What the move sealed is in another shard, or its copy is not wanted: records and files are gone here. */
    record Leave(TopicId topicId, int partition, long move) implements ControlEntry {}
}
