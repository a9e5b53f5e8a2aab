package io.sluice.broker.compaction;

import io.sluice.broker.api.CleanupSettings;
import io.sluice.common.TopicId;
import io.sluice.log.Compacted;
import io.sluice.log.CompactionDebt;
import io.sluice.log.CompactionReport;
import io.sluice.replication.Compactor;
import java.util.Optional;

/** A partition as compaction sees it. */
public interface CompactedPartition {
    /** Its topic. */
    TopicId topicId();

    /** Its number in the topic. */
    int index();

    /** What its topic wants. */
    CleanupSettings cleanup();

    /** As {@code PartitionReplica.compactionDebt}. */
    CompactionDebt debt(long youngestMs);

    /** How far compaction has come. */
    Compacted compacted();

    /** As {@link Compactor#compact}: blocks. */
    Optional<CompactionReport> compact(Compactor.Order order);
}
