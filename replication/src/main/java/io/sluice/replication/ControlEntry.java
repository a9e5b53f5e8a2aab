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
}
