package io.sluice.broker.group;

import io.sluice.broker.api.ConsumerGroupDescription;
import io.sluice.broker.api.ConsumerHeartbeat;
import io.sluice.broker.api.ConsumerHeartbeatAnswer;
import io.sluice.broker.api.GroupService;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.ShareGroupDescription;
import io.sluice.broker.api.ShareHeartbeat;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.broker.group.stored.SlotResidence;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.CommandRunner;
import io.sluice.replication.runtime.StateMachine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * Kafka's consumer groups, of the classic and of the consumer protocol, and share groups, over 64 slots, each a state machine; a group's
 * slot follows from its id for ever. Every call becomes a command of the slot and is answered when all it saw and changed
 * is durable.
 */
public final class GroupCoordinator implements GroupService {
    /** So many slots there are, in every version. */
    public static final int SLOTS = GroupSlot.COUNT;

    /** Where all slots are before the first of them has moved. */
    public static final int FIRST_SHARD = 1;

    private final GroupShards shards;
    private final GroupSettings settings;
    private final Deciders deciders;
    private final ClassicCalls classic;
    private final ConsumerRequests consumerRequests;
    private final Map<Integer, List<GroupSlot>> slots = new ConcurrentHashMap<>();
    private final LateDeliveries shares = new LateDeliveries();

    /**
     * Makes it.
     *
     * @param shards which have the slots; {@link #machines} of each must be registered there before the first call
     * @param settings how groups behave
     * @param topics the topics that members of the consumer protocol subscribe to
     * @param random source of member ids, for several threads
     */
    public GroupCoordinator(GroupShards shards, GroupSettings settings, TopicView topics, RandomGenerator random) {
        this.shards = shards;
        this.settings = settings;
        this.deciders = Deciders.of(settings, topics, random, shares);
        this.classic = new ClassicCalls(deciders);
        this.consumerRequests = new ConsumerRequests(settings.consumer());
    }

    /** From now on share groups deliver by this. */
    public void deliverBy(ShareDeliveries deliveries) {
        shares.become(deliveries);
    }

    /** The 64 state machines, ids 100 to 163, that the shard hosts, whether it has the slots or not. */
    public List<StateMachine> machines(int shard) {
        return List.copyOf(slotsOf(shard));
    }

    /** This node keeps the shard no longer: if it comes back, its machines begin empty. */
    public void forget(int shard) {
        slots.remove(shard);
    }

    private List<GroupSlot> slotsOf(int shard) {
        SlotResidence born = shard == FIRST_SHARD ? SlotResidence.BORN_OPEN : SlotResidence.BORN_CLOSED;
        return slots.computeIfAbsent(shard, id -> {
            // How soon members speak depends on how many there are, which the thread of the shard counts.
            HeartbeatPace pace = new HeartbeatPace();
            return IntStream.range(0, SLOTS)
                    .mapToObj(index -> new GroupSlot(index, deciders, pace, born))
                    .toList();
        });
    }

    Optional<GroupSlot> find(int shard, int slot) {
        return Optional.ofNullable(slots.get(shard)).map(ofShard -> ofShard.get(slot));
    }

    @Override
    public CompletableFuture<JoinAnswer> join(JoinRequest request) {
        if (request.groupId().isEmpty()) {
            return CompletableFuture.completedFuture(JoinAnswer.failed(ErrorCode.INVALID_GROUP_ID, request.memberId()));
        }
        if (request.sessionTimeoutMs() < settings.sessionTimeoutMinMs()
                || request.sessionTimeoutMs() > settings.sessionTimeoutMaxMs()) {
            return CompletableFuture.completedFuture(
                    JoinAnswer.failed(ErrorCode.INVALID_SESSION_TIMEOUT, request.memberId()));
        }
        return submitUnlessShared(
                request.groupId(),
                ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
                (turn, future) -> classic.join(turn, request, future),
                Answers.joinFailed(request.memberId()));
    }

    @Override
    public CompletableFuture<SyncAnswer> sync(SyncRequest request) {
        if (request.member().groupId().isEmpty()) {
            return CompletableFuture.completedFuture(Answers.syncFailed(ErrorCode.INVALID_GROUP_ID));
        }
        return submit(
                request.member().groupId(), (turn, future) -> classic.sync(turn, request, future), Answers::syncFailed);
    }

    @Override
    public CompletableFuture<ErrorCode> heartbeat(MemberRef member) {
        if (member.groupId().isEmpty()) {
            return CompletableFuture.completedFuture(ErrorCode.INVALID_GROUP_ID);
        }
        return submit(member.groupId(), (turn, future) -> classic.heartbeat(turn, member, future), Function.identity());
    }

    @Override
    public CompletableFuture<ErrorCode> heartbeat(MemberRef member, CompletableFuture<Void> hurry) {
        if (member.groupId().isEmpty() || settings.heartbeatWaitMs() == 0) {
            return heartbeat(member);
        }
        CompletableFuture<ErrorCode> answer = submit(
                member.groupId(),
                (turn, future) -> classic.heartbeatAndWait(turn, member, future),
                Function.identity());
        var unused = hurry.thenRun(() -> {
            if (!answer.isDone()) {
                hurry(member, answer);
            }
        });
        return answer;
    }

    private void hurry(MemberRef member, CompletableFuture<ErrorCode> answer) {
        CompletableFuture<ErrorCode> unused = submit(
                member.groupId(),
                (turn, future) -> {
                    deciders.members().endWait(turn, member, answer);
                    turn.answer(future, ErrorCode.NONE);
                },
                Function.identity());
    }

    @Override
    public CompletableFuture<List<LeaveAnswer>> leave(String groupId, List<LeavingMember> members) {
        if (groupId.isEmpty()) {
            return CompletableFuture.completedFuture(Answers.leaveFailed(members, ErrorCode.INVALID_GROUP_ID));
        }
        return submit(
                groupId,
                (turn, future) -> classic.leave(turn, groupId, members, future),
                error -> Answers.leaveFailed(members, error));
    }

    /** As the contract says; the empty group id is a group like any other here, as in Kafka. */
    @Override
    public CompletableFuture<Map<TopicPartition, ErrorCode>> commit(
            MemberRef member, Map<TopicPartition, CommittedOffset> offsets) {
        return submitUnlessShared(
                member.groupId(),
                ErrorCode.GROUP_ID_NOT_FOUND,
                (turn, future) -> deciders.offsets().commit(turn, member, offsets, future),
                error -> Answers.forEach(offsets.keySet(), error));
    }

    @Override
    public CompletableFuture<Result<Map<TopicPartition, CommittedOffset>>> committed(
            MemberRef member, Optional<List<TopicPartition>> partitions) {
        return submit(
                member.groupId(),
                (turn, future) -> deciders.offsets().committed(turn, member, partitions, future),
                Result::failed);
    }

    @Override
    public CompletableFuture<Result<Map<TopicPartition, ErrorCode>>> deleteOffsets(
            String groupId, List<TopicPartition> partitions) {
        return submitUnlessShared(
                groupId,
                ErrorCode.GROUP_ID_NOT_FOUND,
                (turn, future) -> deciders.offsets().deleteOffsets(turn, groupId, partitions, future),
                Result::failed);
    }

    @Override
    public CompletableFuture<ConsumerHeartbeatAnswer> consumerHeartbeat(ConsumerHeartbeat heartbeat) {
        Optional<ConsumerHeartbeatAnswer> refusal = consumerRequests.refusal(heartbeat);
        if (refusal.isPresent()) {
            return CompletableFuture.completedFuture(refusal.get());
        }
        return submitUnlessShared(
                heartbeat.groupId(),
                ErrorCode.GROUP_ID_NOT_FOUND,
                (turn, future) -> deciders.consumers().heartbeat(turn, heartbeat, future),
                ConsumerDecider::failed);
    }

    @Override
    public CompletableFuture<ConsumerHeartbeatAnswer> shareHeartbeat(ShareHeartbeat heartbeat) {
        Optional<ConsumerHeartbeatAnswer> refusal = ShareRequests.refusal(heartbeat);
        if (refusal.isPresent()) {
            return CompletableFuture.completedFuture(refusal.get());
        }
        return submit(
                heartbeat.groupId(),
                (turn, future) -> deciders.shares().heartbeat(turn, heartbeat, future),
                ConsumerDecider::failed);
    }

    @Override
    public boolean mayRenew(String groupId) {
        return settings.share().ofGroup().mayRenew(groupId);
    }

    @Override
    public CompletableFuture<Result<ShareGroupDescription>> describeShareGroup(String groupId) {
        return submit(
                groupId, (turn, future) -> deciders.queries().describeShares(turn, groupId, future), Result::failed);
    }

    @Override
    public CompletableFuture<Result<List<GroupListing>>> list() {
        CompletableFuture<Result<List<GroupListing>>> all = CompletableFuture.completedFuture(Result.of(List.of()));
        for (int slot = 0; slot < SLOTS; slot++) {
            int shard = shards.shardOf(slot);
            CompletableFuture<Result<List<GroupListing>>> ofSlot = submit(
                            slot, deciders.queries()::list, Result::<List<GroupListing>>failed)
                    .thenApply(listed -> listed.error() == ErrorCode.NOT_COORDINATOR ? notHere(shard) : listed);
            all = all.thenCombine(ofSlot, GroupCoordinator::concat);
        }
        return all;
    }

    private Result<List<GroupListing>> notHere(int shard) {
        return shards.isLedElsewhere(shard) ? Result.of(List.of()) : Result.failed(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    }

    @Override
    public CompletableFuture<Result<GroupDescription>> describe(String groupId) {
        return submit(groupId, (turn, future) -> deciders.queries().describe(turn, groupId, future), Result::failed);
    }

    @Override
    public CompletableFuture<Result<ConsumerGroupDescription>> describeConsumerGroup(String groupId) {
        return submit(
                groupId, (turn, future) -> deciders.queries().describeConsumers(turn, groupId, future), Result::failed);
    }

    @Override
    public CompletableFuture<ErrorCode> delete(String groupId) {
        return submit(groupId, (turn, future) -> deciders.queries().isEmptyShare(turn, groupId, future), error -> false)
                .thenCompose(isShare -> isShare
                        ? shares.forget(groupId)
                                .thenCompose(error -> error == ErrorCode.NONE
                                        ? deleteGroup(groupId)
                                        : CompletableFuture.completedFuture(error))
                        : deleteGroup(groupId));
    }

    private CompletableFuture<ErrorCode> deleteGroup(String groupId) {
        return submit(groupId, (turn, future) -> deciders.queries().delete(turn, groupId, future), Function.identity());
    }

    /**
     * Drops what any group in the shard committed for topics that were deleted; completes with NONE when that is durable, with
     * the first error otherwise, as while a slot moves. Takes a command for each slot, however many topics there are. Any thread.
     */
    public CompletableFuture<ErrorCode> forgetTopics(int shard, List<String> names) {
        CompletableFuture<ErrorCode> all = CompletableFuture.completedFuture(ErrorCode.NONE);
        for (int slot = 0; slot < SLOTS && slots.containsKey(shard); slot++) {
            CompletableFuture<ErrorCode> ofSlot = submit(
                    shard,
                    slot,
                    (turn, future) -> deciders.offsets().forgetTopics(turn, names, future),
                    Function.identity());
            all = all.thenCombine(ofSlot, (first, second) -> first == ErrorCode.NONE ? second : first);
        }
        return all;
    }

    /**
     * Topics were created, deleted or got more partitions: groups of the consumer protocol that read them rebalance. Call
     * when {@link TopicView} shows it. Completes when all groups know. Any thread.
     */
    public CompletableFuture<ErrorCode> topicsChanged(List<String> names) {
        return inEachSlot((turn, future) -> {
            deciders.consumerRebalance().topicsChanged(turn, names);
            deciders.shares().topicsChanged(turn, names);
            turn.answer(future, ErrorCode.NONE);
        });
    }

    private CompletableFuture<ErrorCode> inEachSlot(GroupCommand.Body<ErrorCode> body) {
        CompletableFuture<ErrorCode> all = CompletableFuture.completedFuture(ErrorCode.NONE);
        for (int slot = 0; slot < SLOTS; slot++) {
            all = all.thenCombine(
                    submit(slot, body, Function.identity()),
                    (first, second) -> first == ErrorCode.NONE ? second : first);
        }
        return all;
    }

    /** A name that is a share group's is no other group's. */
    private <A> CompletableFuture<A> submitUnlessShared(
            String groupId, ErrorCode whenShared, GroupCommand.Body<A> body, Function<ErrorCode, A> failed) {
        return submit(
                groupId,
                (turn, future) -> {
                    if (turn.live().findShare(groupId) == null) {
                        body.decide(turn, future);
                    } else {
                        turn.answer(future, failed.apply(whenShared), failed);
                    }
                },
                failed);
    }

    private <A> CompletableFuture<A> submit(String groupId, GroupCommand.Body<A> body, Function<ErrorCode, A> failed) {
        return submit(slotOf(groupId), body, failed);
    }

    private <A> CompletableFuture<A> submit(int slot, GroupCommand.Body<A> body, Function<ErrorCode, A> failed) {
        return submit(
                shards.shardOf(slot),
                slot,
                (turn, future) -> {
                    if (turn.slot().stored().residence().isOpen()) {
                        body.decide(turn, future);
                    } else {
                        future.complete(failed.apply(ErrorCode.NOT_COORDINATOR));
                    }
                },
                failed);
    }

    /** In that shard, whether it serves the slot or not. */
    <A> CompletableFuture<A> submit(int shard, int slot, GroupCommand.Body<A> body, Function<ErrorCode, A> failed) {
        GroupCommand<A> command = new GroupCommand<>(body, failed);
        Optional<? extends CommandRunner> runner = shards.kept(shard);
        Optional<GroupSlot> machine = find(shard, slot);
        if (runner.isPresent() && machine.isPresent()) {
            runner.get().submit(machine.get(), command);
        } else {
            command.refused(ErrorCode.NOT_COORDINATOR);
        }
        return command.future();
    }

    /** Stands for what is made after the groups. */
    private static final class LateDeliveries implements ShareDeliveries {
        private volatile ShareDeliveries target = ShareDeliveries.NONE;

        void become(ShareDeliveries deliveries) {
            target = deliveries;
        }

        @Override
        public void memberGone(String groupId, String memberId, PartitionSet assigned) {
            target.memberGone(groupId, memberId, assigned);
        }

        @Override
        public CompletableFuture<ErrorCode> forget(String groupId) {
            return target.forget(groupId);
        }
    }

    /** The same on every node and in every version: a group's state is where its slot is. */
    public static int slotOf(String groupId) {
        CRC32C hash = new CRC32C();
        hash.update(groupId.getBytes(StandardCharsets.UTF_8));
        return (int) (hash.getValue() % GroupSlot.COUNT);
    }

    private static Result<List<GroupListing>> concat(
            Result<List<GroupListing>> first, Result<List<GroupListing>> second) {
        if (!first.isOk() || !second.isOk()) {
            return first.isOk() ? second : first;
        }
        if (first.get().isEmpty() || second.get().isEmpty()) {
            return first.get().isEmpty() ? second : first;
        }
        List<GroupListing> all = new ArrayList<>(first.get());
        all.addAll(second.get());
        return Result.of(all);
    }
}
