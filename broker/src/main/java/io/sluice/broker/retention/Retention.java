package io.sluice.broker.retention;

import io.sluice.broker.api.TopicSettings;
import io.sluice.common.Clock;
import io.sluice.log.DamagedLogException;
import io.sluice.log.disk.DiskException;
import io.sluice.replication.ControlEntry;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the start of partitions past records that retention.ms, retention.bytes and sluice.retention.records no longer
 * keep. One thread.
 */
final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final Clock clock;
    private final LongAdder removedRecords;

    /** Counts what it removes. */
    Retention(Clock clock, LongAdder removedRecords) {
        this.clock = clock;
        this.removedRecords = removedRecords;
    }

    /** One round; may block on the disk. */
    void run(Iterable<RetainedPartition> partitions) {
        Proposals proposals = new Proposals();
        for (RetainedPartition partition : partitions) {
            long startOffset = partition.startOffset();
            long keptFrom = keptFrom(partition);
            if (keptFrom > startOffset) {
                LOG.info(
                        "retention: topic id={} partition={} start offset {} -> {}",
                        partition.topicId(),
                        partition.index(),
                        startOffset,
                        keptFrom);
                removedRecords.add(keptFrom - startOffset);
                var entry = new ControlEntry.AdvanceStart(partition.topicId(), partition.index(), keptFrom);
                if (!proposals.add(partition.propose(entry))) {
                    return;
                }
            }
        }
        proposals.await();
    }

    private long keptFrom(RetainedPartition partition) {
        TopicSettings settings = partition.settings();
        if (!settings.cleanup().deletes() || partition.startOffset() == partition.endOffset()) {
            return partition.startOffset();
        }
        long byNumber = settings.retentionRecords() < 0
                ? partition.startOffset()
                : Math.max(partition.startOffset(), partition.endOffset() - settings.retentionRecords());
        boolean isKeptForEver = settings.retentionMs() < 0 && settings.retentionBytes() < 0;
        return isKeptForEver ? byNumber : Math.max(byNumber, bySegments(partition, settings));
    }

    private long bySegments(RetainedPartition partition, TopicSettings settings) {
        long olderThanMs = settings.retentionMs() < 0 ? Long.MIN_VALUE : clock.wallMs() - settings.retentionMs();
        long keepBytes = settings.retentionBytes() < 0 ? Long.MAX_VALUE : settings.retentionBytes();
        try {
            return partition.retentionOffset(olderThanMs, keepBytes);
        } catch (DamagedLogException | DiskException e) {
            LOG.warn("retention: topic id={} partition={} is left alone", partition.topicId(), partition.index(), e);
            return partition.startOffset();
        }
    }
}
