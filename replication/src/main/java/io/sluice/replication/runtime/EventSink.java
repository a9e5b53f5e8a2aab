package io.sluice.replication.runtime;

/** Takes batches of events on their way to the journal. */
public interface EventSink {
    /** Queues the batch as part of one entry; false if nothing is taken any more. */
    boolean submit(EventBatch batch);
}
