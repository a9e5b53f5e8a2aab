package io.sluice.broker.api;

import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Consumer groups with Kafka's classic and consumer protocol, committed offsets, and the members of share groups. Answers come when they are durable,
 * on the group shard's apply thread: callers hand over. Any thread may call. Semantics: Kafka's group coordinator, KIP-62,
 * KIP-345 (static members), KIP-394 (member id required), KIP-848 (consumer protocol), KIP-1251 (offset commits across
 * epochs).
 */
public interface GroupService {
    /** Joins; the answer is parked until the rebalance ends. Needs READ on the group. */
    CompletableFuture<JoinAnswer> join(JoinRequest request);

    /** Gives the leader's assignments, or waits for one's own. Needs READ on the group. */
    CompletableFuture<SyncAnswer> sync(SyncRequest request);

    /** Keeps the member alive. Needs READ on the group. */
    CompletableFuture<ErrorCode> heartbeat(MemberRef member);

    /**
     * As the other, but the answer may wait for a rebalance, so that the member learns of it at once and not with its next
     * heartbeat; it comes soon after {@code hurry} completes, or after {@code sluice.group.heartbeat.wait.ms}. Needs READ
     * on the group.
     */
    CompletableFuture<ErrorCode> heartbeat(MemberRef member, CompletableFuture<Void> hurry);

    /** Members leave; an answer for each. Needs READ on the group. */
    CompletableFuture<List<LeaveAnswer>> leave(String groupId, List<LeavingMember> members);

    /**
     * Commits offsets; an error for each partition. {@code member} with empty member id and generation −1 is a simple
     * consumer. Needs READ on the group and on each topic.
     */
    CompletableFuture<Map<TopicPartition, ErrorCode>> commit(
            MemberRef member, Map<TopicPartition, CommittedOffset> offsets);

    /**
     * Committed offsets: of these partitions (absent where there is none), or all if empty. Needs DESCRIBE on the group;
     * leaves out topics that the caller may not DESCRIBE.
     */
    default CompletableFuture<Result<Map<TopicPartition, CommittedOffset>>> committed(
            String groupId, Optional<List<TopicPartition>> partitions) {
        return committed(new MemberRef(groupId, -1, "", Optional.empty()), partitions);
    }

    /**
     * As the other, for a member of a consumer group: UNKNOWN_MEMBER_ID, STALE_MEMBER_EPOCH if it is out of date. An empty
     * member id with epoch −1 is nobody's. Needs DESCRIBE on the group; leaves out topics that the caller may not DESCRIBE.
     */
    CompletableFuture<Result<Map<TopicPartition, CommittedOffset>>> committed(
            MemberRef member, Optional<List<TopicPartition>> partitions);

    /**
     * Forgets committed offsets; an error for each partition: GROUP_SUBSCRIBED_TO_TOPIC if a member reads the topic. As a
     * whole GROUP_ID_NOT_FOUND, or NON_EMPTY_GROUP if the members' subscriptions are not known. Needs DELETE on the group
     * and READ on each topic.
     */
    CompletableFuture<Result<Map<TopicPartition, ErrorCode>>> deleteOffsets(
            String groupId, List<TopicPartition> partitions);

    /**
     * A member of the consumer protocol joins, stays or leaves. Needs READ on the group and DESCRIBE on each topic that it
     * names; a pattern finds those that the caller may DESCRIBE.
     */
    CompletableFuture<ConsumerHeartbeatAnswer> consumerHeartbeat(ConsumerHeartbeat heartbeat);

    /**
     * One group of the consumer protocol; GROUP_ID_NOT_FOUND if there is none. Needs DESCRIBE on the group and on every
     * topic its members name.
     */
    CompletableFuture<Result<ConsumerGroupDescription>> describeConsumerGroup(String groupId);

    /**
     * A member of a share group joins, stays or leaves. Needs READ on the group and DESCRIBE on each topic that it names.
     * <a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-932">KIP-932</a>.
     */
    CompletableFuture<ConsumerHeartbeatAnswer> shareHeartbeat(ShareHeartbeat heartbeat);

    /** Whether members of the share group may prolong the time that they hold a record; no secret. */
    boolean mayRenew(String groupId);

    /**
     * One share group; GROUP_ID_NOT_FOUND if there is none. Needs DESCRIBE on the group and on every topic its members name.
     */
    CompletableFuture<Result<ShareGroupDescription>> describeShareGroup(String groupId);

    /**
     * All groups that this node coordinates: none if another node does. COORDINATOR_NOT_AVAILABLE while nobody is known to, or
     * this node cannot say what is there: a list that lacks groups would be taken for the whole. Needs DESCRIBE on the cluster;
     * without, those that the caller may DESCRIBE.
     */
    CompletableFuture<Result<List<GroupListing>>> list();

    /** One group of the classic protocol; GROUP_ID_NOT_FOUND if there is none. Needs DESCRIBE on the group. */
    CompletableFuture<Result<GroupDescription>> describe(String groupId);

    /** Deletes an empty group: NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND. Needs DELETE on the group. */
    CompletableFuture<ErrorCode> delete(String groupId);

    /** Partition by name, as groups commit it. */
    record TopicPartition(String topic, int partition) {}

    /** A committed offset; {@code leaderEpoch} −1 if unknown. */
    record CommittedOffset(long offset, int leaderEpoch, String metadata) {}

    /** Who speaks: generation and member id as the group gave them, instance id of a static member. */
    record MemberRef(String groupId, int generation, String memberId, Optional<String> instanceId) {}

    /** A protocol a member offers, most wanted first. */
    record Protocol(String name, byte[] metadata) {}

    /** A join. {@code memberId} is empty at first; {@code requiresKnownMemberId} from JoinGroup 4 on. */
    record JoinRequest(
            String groupId,
            String memberId,
            Optional<String> instanceId,
            String clientId,
            String clientHost,
            int sessionTimeoutMs,
            int rebalanceTimeoutMs,
            String protocolType,
            List<Protocol> protocols,
            boolean requiresKnownMemberId,
            boolean supportsSkippingAssignment,
            String reason) {}

    /** A member as the leader sees it. */
    record JoinedMember(String memberId, Optional<String> instanceId, byte[] metadata) {}

    /** End of a join; {@code members} for the leader only. */
    record JoinAnswer(
            ErrorCode error,
            int generation,
            String protocolType,
            String protocolName,
            String leaderId,
            String memberId,
            boolean skipAssignment,
            List<JoinedMember> members) {
        /** A failed join. */
        public static JoinAnswer failed(ErrorCode error, String memberId) {
            return new JoinAnswer(error, -1, "", "", "", memberId, false, List.of());
        }
    }

    /** A sync; {@code assignments} by member id, from the leader only. */
    record SyncRequest(
            MemberRef member,
            Optional<String> protocolType,
            Optional<String> protocolName,
            Map<String, byte[]> assignments) {}

    /** End of a sync. */
    record SyncAnswer(ErrorCode error, String protocolType, String protocolName, byte[] assignment) {}

    /** A member that leaves, by member id or by instance id. */
    record LeavingMember(String memberId, Optional<String> instanceId, String reason) {}

    /** How leaving ended. */
    record LeaveAnswer(LeavingMember member, ErrorCode error) {}

    /** State of a group, Kafka's names. */
    enum GroupState {
        PREPARING_REBALANCE("PreparingRebalance"),
        COMPLETING_REBALANCE("CompletingRebalance"),
        STABLE("Stable"),
        EMPTY("Empty"),
        DEAD("Dead");

        private final String kafkaName;

        GroupState(String kafkaName) {
            this.kafkaName = kafkaName;
        }

        /** As Kafka's protocol writes it. */
        public String kafkaName() {
            return kafkaName;
        }
    }

    /** Kind of a group, Kafka's names. A consumer group may hold classic members too. */
    enum GroupType {
        CLASSIC("classic"),
        CONSUMER("consumer"),
        SHARE("share");

        private final String kafkaName;

        GroupType(String kafkaName) {
            this.kafkaName = kafkaName;
        }

        /** As Kafka's protocol writes it. */
        public String kafkaName() {
            return kafkaName;
        }
    }

    /** A line of the list of groups; {@code state} is the Kafka name of a {@link GroupState}, or of a consumer or share group's. */
    record GroupListing(String groupId, String protocolType, GroupType type, String state) {}

    /** A member as people see it. */
    record DescribedMember(
            String memberId,
            Optional<String> instanceId,
            String clientId,
            String clientHost,
            byte[] metadata,
            byte[] assignment) {}

    /** A group as people see it. */
    record GroupDescription(
            String groupId,
            GroupState state,
            String protocolType,
            String protocolName,
            List<DescribedMember> members) {}
}
