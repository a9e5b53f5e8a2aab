package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.replication.runtime.CommandRunner;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** A partition that this node serves, as deliveries need it. */
interface OpenPartition extends LogView {
    /** What applies to the group now. Any thread. */
    DeliveryOptions options(DeliveryKind kind, String group);

    /**
     * Answers true once what {@link #options} tells is not older than this call, whichever node was told; false if that cannot
     * be known now. On any thread, also inside this call.
     */
    void learnOptions(Consumer<Boolean> answer);

    /** Whether records may ask for a time before which they are nobody's. */
    boolean hasDelays();

    /** Runs commands of the partition's slot. Any thread. */
    CommandRunner runner();

    /**
     * Looks up on the disk where batches from the offset on lie, and their keys if somebody wants these; answers on any
     * thread, never inside this call.
     */
    void load(long offset, boolean withKeys, Consumer<Spans> answer);

    /** Finds the first record that is not older than the time, the end if there is none; answers as {@link #load} does. */
    void locate(long timestampMs, LongConsumer answer);

    /** As {@link #locate}, with a time so long before now. */
    void locateAgo(long durationMs, LongConsumer answer);

    /** Reads records and makes their dead letters; answers as {@link #load} does. */
    void prepare(DeadLetterJob job, Consumer<DeadLetterJob.Prepared> answer);

    /** Hears of growth from now on, on the shard's apply thread. */
    void addListener(Listener listener);

    /** Hears of it no more. */
    void removeListener(Listener listener);

    /** Hears of growth, on the shard's apply thread, amid applying: it submits a command at most. */
    interface Listener {
        /** There are more records. */
        void grew();

        /** The partition is gone from here, or takes nothing more because another shard will have it. */
        void closed();
    }
}
