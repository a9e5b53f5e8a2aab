package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.EventBatch;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Records that are to become dead letters together.
 *
 * @param id of the group that gave them up
 * @param records in order of offset
 * @param mayBeWritten whether some may have been written already, by somebody who could not say so
 */
record DeadLetterJob(DeliveryGroup id, List<Failures.GivenUp> records, boolean mayBeWritten) {
    /** Most records of one job: they are read and kept in memory until they are written. */
    static final int RECORDS_MAX = 1_000;

    /** All lie among so many offsets, as another node names those that have a letter in one message. */
    static final int OFFSETS_MAX = 100_000;

    long firstOffset() {
        return records.getFirst().firstOffset();
    }

    long lastOffset() {
        return records.getLast().lastOffset();
    }

    /** Writes letters into another shard. */
    interface Sending {
        /** Answers on any thread, with an error also where nobody knows whether they were written. */
        void send(Consumer<ErrorCode> answer);
    }

    /**
     * How the preparation ended.
     *
     * @param append the batch that is to be written with the settling of the records
     * @param sending or what writes them elsewhere, before; if there is neither, they are written
     * @param records those that it is about: from the first on, and not all if they are too large together; none if it must
     *     be tried again later
     */
    record Prepared(Optional<EventBatch.Append> append, Optional<Sending> sending, List<Failures.GivenUp> records) {
        static final Prepared LATER = new Prepared(Optional.empty(), Optional.empty(), List.of());

        /** To be written in the entry that settles the records. */
        static Prepared beside(EventBatch.Append append, List<Failures.GivenUp> records) {
            return new Prepared(Optional.of(append), Optional.empty(), records);
        }

        /** To be written in another shard. */
        static Prepared elsewhere(Sending sending, List<Failures.GivenUp> records) {
            return new Prepared(Optional.empty(), Optional.of(sending), records);
        }

        /** They are written. */
        static Prepared written(List<Failures.GivenUp> records) {
            return new Prepared(Optional.empty(), Optional.empty(), records);
        }
    }
}
