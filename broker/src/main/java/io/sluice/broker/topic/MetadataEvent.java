package io.sluice.broker.topic;

import io.sluice.common.TopicId;
import java.util.List;
import java.util.Map;

/** A change of the metadata; formats in the package's description. */
sealed interface MetadataEvent {
    /** A topic exists. */
    record TopicCreated(TopicRecord topic) implements MetadataEvent {}

    /** It does not exist any more; its records are still to be dropped. */
    record TopicDeleted(TopicId id) implements MetadataEvent {}

    /** Groups in these shards, too, have to forget it; follows in the same batch what deleted it. */
    record GroupsToForget(TopicId id, List<Integer> shards) implements MetadataEvent {
        public GroupsToForget {
            shards = List.copyOf(shards);
        }
    }

    /** All its data shards have dropped it: nothing remains to be done. */
    record TopicDropped(TopicId id) implements MetadataEvent {}

    /** One of the shards that may have partitions of it has dropped it. */
    record ShardDropped(TopicId id, int shard) implements MetadataEvent {}

    /** The next so many producer ids are given away. */
    record ProducerIdsTaken(int count) implements MetadataEvent {}

    /** The topic's own configurations are these and no others. */
    record TopicConfigured(TopicId id, Map<String, String> configs) implements MetadataEvent {
        public TopicConfigured {
            configs = Map.copyOf(configs);
        }
    }

    /** The topic has so many partitions, more than before. */
    record PartitionsAdded(TopicId id, int partitionCount) implements MetadataEvent {}

    /** Its partitions lie in these shards; follows in the same batch what created them. */
    record TopicPlaced(TopicId id, List<ShardRun> runs) implements MetadataEvent {
        public TopicPlaced {
            runs = List.copyOf(runs);
        }
    }

    /** The partition is to go to another shard; the number of the move is the version that this makes. */
    record MoveBegun(TopicId id, int partition, int from, int to) implements MetadataEvent {}

    /** It takes nothing more where it was, all of it is copied, and it lies in the other shard from now on. */
    record PartitionSealed(TopicId id, int partition, PartitionMove.Cut cut) implements MetadataEvent {}

    /** The other shard serves it. */
    record MoveAdopted(TopicId id, int partition) implements MetadataEvent {}

    /** The shard where it was has let go of it: nothing remains to be done. */
    record MoveDone(TopicId id, int partition) implements MetadataEvent {}

    /** It stays where it is. */
    record MoveTakenBack(TopicId id, int partition) implements MetadataEvent {}

    /** The process began anew, so what was in memory only is gone. */
    record MemoryLost() implements MetadataEvent {}
}
