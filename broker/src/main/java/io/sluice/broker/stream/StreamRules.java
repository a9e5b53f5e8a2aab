package io.sluice.broker.stream;

import io.sluice.broker.api.OnceLimits;
import io.sluice.broker.api.StreamView;
import io.sluice.common.Clock;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;

/** What the one who decides needs besides the state; the leader's own affair, for what follows from it is in the events. */
interface StreamRules {
    Clock clock();

    /** No more keys than so many. */
    int keysMax();

    /** Entries of a block. */
    int blockEntries();

    /** For how long new streams remember ids of producers. */
    OnceLimits onceLimits();

    /** When segments of new streams end. */
    SegmentSettings segments();

    /** Whether the disk has room for so many bytes of records; they count as taken. */
    boolean takeSpace(int lengthBytes);

    /** Never used before. */
    TopicId newTopicId();

    /** For readers. */
    StreamView view(StreamState state);

    /** The wall time in shard time. */
    default long dueMs(long dueWallMs, long wallMs, long shardMs) {
        return shardMs + Math.max(1, dueWallMs - wallMs);
    }
}
