package io.sluice.broker.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

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
     * @param voters the nodes that vote
     */
    record Quorum(int leaderId, int leaderEpoch, long highWatermark, List<Voter> voters) {
        public Quorum {
            voters = List.copyOf(voters);
        }
    }

    /** Who decides, and the index after the last entry that it has; −1 if it does not answer. */
    record Voter(int nodeId, long logEndOffset) {}

    /**
     * A partition that moves.
     *
     * @param replicas nodes that keep it or shall
     * @param adding those that do not yet
     * @param removing those that will not
     */
    record Reassignment(
            GroupService.TopicPartition partition,
            List<Integer> replicas,
            List<Integer> adding,
            List<Integer> removing) {
        public Reassignment {
            replicas = List.copyOf(replicas);
            adding = List.copyOf(adding);
            removing = List.copyOf(removing);
        }
    }

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

    /** Nodes that are not up: they did not answer within a second. No secret. */
    CompletableFuture<Set<Integer>> nodesAway();

    /**
     * Complete once this node has applied what was decided before it started, at once for a broker alone: until then there may
     * be topics, users and rules that it does not know. As the fence of KRaft
     * (<a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-631">KIP-631</a>). No secret.
     */
    CompletableFuture<Void> onceCurrent();

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

    /** Asks the others how far they are, for a second at most. Needs DESCRIBE on the cluster. */
    CompletableFuture<Result<Quorum>> quorum();

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
     * Gives the partition, and with it all of its shard, the leader it should have, or if {@code anyWillDo} any: that is
     * what an unclean election asks for, and there are only clean ones. Answers the leader; ELECTION_NOT_NEEDED if there is
     * nothing to do, PREFERRED_LEADER_NOT_AVAILABLE, ELIGIBLE_LEADERS_NOT_AVAILABLE, UNKNOWN_TOPIC_OR_PARTITION. Needs ALTER
     * on the cluster.
     */
    CompletableFuture<Result<Integer>> electLeader(String topic, int partition, boolean anyWillDo);

    /**
     * Takes the node out of the cluster: it gives away what it keeps, and then is no member any more. Complete when that has
     * begun, with the node. BROKER_ID_NOT_REGISTERED, POLICY_VIOLATION for the last one. Needs ALTER on the cluster.
     */
    CompletableFuture<Result<Integer>> removeNode(int nodeId);

    /**
     * Moves the partition to the shard that these nodes keep, the first to lead; empty takes back a move that is under way.
     * Answers the nodes, once it has begun; POLICY_VIOLATION for a partition that cannot move, or has arrived,
     * UNKNOWN_TOPIC_OR_PARTITION, INVALID_REPLICA_ASSIGNMENT, NO_REASSIGNMENT_IN_PROGRESS; INVALID_REPLICATION_FACTOR for
     * more or fewer nodes than now, unless {@code mayChangeCount}
     * (<a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-860">KIP-860</a>). Needs ALTER on the cluster.
     */
    CompletableFuture<Result<List<Integer>>> reassign(
            String topic, int partition, Optional<List<Integer>> nodes, boolean mayChangeCount);

    /** Partitions that move now. Needs DESCRIBE on the cluster. */
    Result<List<Reassignment>> reassignments();
}
