package io.sluice.broker.api;

import io.sluice.common.TopicId;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a member of the consumer protocol says (KIP-848). Empty means unchanged since the last time.
 *
 * @param groupId the group
 * @param memberId who speaks; empty only at the first time, if the broker shall choose an id
 * @param memberEpoch 0 to join, {@link #LEAVE}, {@link #LEAVE_FOR_NOW}, else the epoch the member was told last
 * @param client who it is for people, and what it is told apart by
 * @param rebalanceTimeoutMs how long it may take to give partitions up; −1 unchanged
 * @param topics names it subscribes to
 * @param topicRegex pattern of names it subscribes to (RE2 syntax); the empty pattern ends that
 * @param assignor the server-side assignor it prefers
 * @param owned the partitions it has
 * @param visibleTopics names its principal may describe: a pattern never matches others
 */
public record ConsumerHeartbeat(
        String groupId,
        String memberId,
        int memberEpoch,
        Client client,
        int rebalanceTimeoutMs,
        Optional<List<String>> topics,
        Optional<String> topicRegex,
        Optional<String> assignor,
        Optional<List<TopicPartitions>> owned,
        Predicate<String> visibleTopics) {
    /** Epoch of a member that leaves for good. */
    public static final int LEAVE = -1;

    /** Epoch of a static member that will come back: its partitions wait for it until its session ends. */
    public static final int LEAVE_FOR_NOW = -2;

    /** The same for a principal that may describe fewer topics. */
    public ConsumerHeartbeat seeing(Predicate<String> visible) {
        return new ConsumerHeartbeat(
                groupId,
                memberId,
                memberEpoch,
                client,
                rebalanceTimeoutMs,
                topics,
                topicRegex,
                assignor,
                owned,
                visible);
    }

    /** Whether it says everything a member has to say: so it must be told its assignment whether it changed or not. */
    public boolean isFull() {
        return memberEpoch == 0 || (rebalanceTimeoutMs != -1 && topics.isPresent() && owned.isPresent());
    }

    /** A client: instance id of a static member, rack, client id and address. */
    public record Client(Optional<String> instanceId, Optional<String> rackId, String id, String host) {}

    /** Partitions of one topic. */
    public record TopicPartitions(TopicId topicId, List<Integer> partitions) {}
}
