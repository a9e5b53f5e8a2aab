package io.sluice.broker.api;

import io.sluice.common.TopicId;

/** A topic; the object lives as long as the topic. Any thread. */
public interface Topic {
    /** Name. */
    String name();

    /** Id. */
    TopicId id();

    /** Number of partitions; may grow. */
    int partitionCount();

    /** The partition; {@code index} from 0 to partitionCount() − 1, else {@link IndexOutOfBoundsException}. */
    Partition partition(int index);

    /** Effective settings now. */
    TopicSettings settings();

    /** Whether it still exists. */
    boolean isDeleted();
}
