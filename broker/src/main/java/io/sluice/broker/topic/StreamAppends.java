package io.sluice.broker.topic;

import io.sluice.common.TopicId;
import io.sluice.replication.AppendCallback;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;

/** Where the batches of producers go for topics that were made as streams. Any thread. */
public interface StreamAppends {
    /** As {@link io.sluice.replication.Shard#append}: the batch was checked, and is the caller's again when this returns. */
    void append(TopicId topicId, ByteBuffer batch, Executor executor, AppendCallback callback);
}
