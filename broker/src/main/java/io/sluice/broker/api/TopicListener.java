package io.sluice.broker.api;

/**
 * Hears what becomes of topics, in order for each topic, on shard 0's apply thread: it hands over only and never blocks.
 * When it hears of a topic or a partition, {@link TopicService} shows it already.
 */
public interface TopicListener {
    /** A topic can be used from now on. */
    void created(Topic topic);

    /** A topic is no more; {@link Topic#isDeleted()} is true. */
    void deleted(Topic topic);

    /** The topic has more partitions: {@code before} to {@link Topic#partitionCount()} − 1 are new. */
    void partitionsAdded(Topic topic, int before);
}
