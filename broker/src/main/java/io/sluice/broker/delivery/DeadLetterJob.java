package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.replication.runtime.EventBatch;
import java.util.List;
import java.util.Optional;

/**
 * Records that are to become dead letters together.
 *
 * @param id of the group that gave them up
 * @param records in order of offset
 */
record DeadLetterJob(DeliveryGroup id, List<Failures.GivenUp> records) {
    /** Most records of one job: they are read and kept in memory until they are written. */
    static final int RECORDS_MAX = 1_000;

    long firstOffset() {
        return records.getFirst().firstOffset();
    }

    long lastOffset() {
        return records.getLast().lastOffset();
    }

    /**
     * How the preparation ended.
     *
     * @param append the batch, empty if it must be tried again later
     * @param records those that are in the batch: from the first on, and not all if they are too large together
     */
    record Prepared(Optional<EventBatch.Append> append, List<Failures.GivenUp> records) {
        static final Prepared LATER = new Prepared(Optional.empty(), List.of());
    }
}
