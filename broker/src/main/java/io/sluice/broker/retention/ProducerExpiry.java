package io.sluice.broker.retention;

import io.sluice.common.TopicId;
import io.sluice.replication.ControlEntry;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets partitions forget idempotent producers that have been silent for {@code producer.id.expiration.ms} of shard time.
 * It does not see who is silent, so every partition that remembers any is asked at each round, until it was once
 * asked after a silence so long that nobody can be left. One thread.
 */
final class ProducerExpiry {
    private final LongSupplier expirationMs;
    private Map<Key, Seen> seen = new HashMap<>();

    private record Key(TopicId topicId, int partition) {}

    /**
     * @param endOffset at the last round
     * @param sinceMs shard time of the first round that saw it
     * @param isDone whether nobody is left
     */
    private record Seen(long endOffset, long sinceMs, boolean isDone) {}

    ProducerExpiry(LongSupplier expirationMs) {
        this.expirationMs = expirationMs;
    }

    /** One round. */
    void run(Iterable<RetainedPartition> partitions) {
        Map<Key, Seen> seenNow = new HashMap<>();
        Proposals proposals = new Proposals();
        boolean goesOn = true;
        for (RetainedPartition partition : partitions) {
            if (partition.hasProducers() && goesOn) {
                Key key = new Key(partition.topicId(), partition.index());
                Seen before = seen.get(key);
                Seen now = look(partition, before);
                if (!wasDone(before, now)) {
                    goesOn = proposals.add(partition.propose(expire(key, partition)));
                }
                seenNow.put(key, now);
            }
        }
        proposals.await();
        if (proposals.hasFailed()) {
            // It is not known of whom: everybody is asked once more.
            seenNow.replaceAll((key, now) -> new Seen(now.endOffset(), now.sinceMs(), false));
        }
        seen = seenNow;
    }

    private ControlEntry expire(Key key, RetainedPartition partition) {
        long idleSinceMs = partition.shardTimeMs() - expirationMs.getAsLong();
        return new ControlEntry.ExpireProducers(key.topicId(), key.partition(), idleSinceMs);
    }

    private Seen look(RetainedPartition partition, @Nullable Seen before) {
        long nowMs = partition.shardTimeMs();
        long endOffset = partition.endOffset();
        if (before == null || before.endOffset() != endOffset) {
            return new Seen(endOffset, nowMs, false);
        }
        return new Seen(endOffset, before.sinceMs(), nowMs - before.sinceMs() > expirationMs.getAsLong());
    }

    private static boolean wasDone(@Nullable Seen before, Seen now) {
        return before != null && before.isDone() && now.isDone();
    }
}
