package io.sluice.broker.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The cluster as administrators see it; on one node most of it stands still. Any thread; never blocks but where it says
 * so. CLUSTER_AUTHORIZATION_FAILED for who may not.
 */
public interface ClusterService {
    /**
     * Who decides about the metadata.
     *
     * @param leaderEpoch term of the leader
     * @param highWatermark index after the last committed entry
     * @param voters numbers of the nodes that vote
     */
    record Quorum(int leaderId, int leaderEpoch, long highWatermark, List<Integer> voters) {}

    /** A place for data; sizes in bytes. */
    record LogDirectory(String path, long totalBytes, long usableBytes) {}

    /** What a node keeps of a topic: the bytes of its partitions, by index. */
    record StoredTopic(String name, List<Long> partitionBytes) {
        public StoredTopic {
            partitionBytes = List.copyOf(partitionBytes);
        }
    }

    /** An ability of the cluster and the levels that this node supports; {@code level} is the one in use. */
    record Feature(String name, int levelMin, int levelMax, int level) {}

    /** The nodes, by id; no secret. */
    List<NodeInfo> nodes();

    /** The node that decides about the metadata, −1 if there is none now; no secret. */
    int controllerId();

    /** Who keeps the partition, for whoever has found the topic. */
    PartitionPlacement placement(Topic topic, int index);

    /**
     * The node from which readers on that rack should read, because it is on theirs and counts for what is committed; −1 if
     * they are right here. For whoever has found the topic.
     */
    int nearestReplica(Topic topic, int index, String rack);

    /** The node that coordinates the group, −1 if there is none now; no secret. */
    int coordinator(String groupId);

    /** How many nodes keep each partition; no secret. */
    int replicationFactor();

    /** Why no partition can lie on these nodes, the first to lead, in Kafka's words; empty if one can. No secret. */
    Optional<String> whyNotAssignable(List<Integer> nodes);

    /** Needs DESCRIBE on the cluster. */
    Result<Quorum> quorum();

    /** Where this node keeps data; may block. Needs DESCRIBE on the cluster. */
    Result<List<LogDirectory>> logDirectories();

    /**
     * What this node keeps of the topics of these names, of all if empty; names that are not there are left out. Needs
     * DESCRIBE on the cluster and, as in Kafka, nothing on the topics.
     */
    Result<List<StoredTopic>> storedTopics(Optional<Set<String>> names);

    /** What clients may ask for (<a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-584">KIP-584</a>). */
    List<Feature> features();

    /**
     * Whether the feature may go to the level, which it then has: INVALID_UPDATE_VERSION with a sentence if not. Needs ALTER
     * on the cluster.
     */
    Result<Feature> checkFeature(String name, int level, boolean mayDowngrade);

    /**
     * Gives the partition the leader it should have: ELECTION_NOT_NEEDED if it has it, UNKNOWN_TOPIC_OR_PARTITION. Answers
     * the leader. Needs ALTER on the cluster.
     */
    Result<Integer> electLeader(String topic, int partition);

    /**
     * Moves the partition to these nodes, the first to lead; empty takes back a move that is under way. Answers the nodes.
     * UNKNOWN_TOPIC_OR_PARTITION, INVALID_REPLICA_ASSIGNMENT, NO_REASSIGNMENT_IN_PROGRESS. Needs ALTER on the cluster.
     */
    Result<List<Integer>> reassign(String topic, int partition, Optional<List<Integer>> nodes);

    /** Partitions that move now. Needs DESCRIBE on the cluster. */
    Result<List<GroupService.TopicPartition>> reassignments();
}
