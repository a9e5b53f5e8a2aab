package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamAnswer.Count;
import io.sluice.broker.api.StreamAnswer.Done;
import io.sluice.broker.api.StreamAnswer.Refused;
import io.sluice.broker.api.StreamFault;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.delivery.EntryGroup;
import io.sluice.broker.delivery.GroupChanges;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what changes groups of consumers, as part of a {@link StreamTurn}; {@link GroupLooks} answers what only looks. On the
 * shard's apply thread.
 */
final class GroupTurn {
    private static final int GROUPS_MAX = 10_000;

    private final StreamTurn turn;
    private final StreamMachine machine;
    private final Lookups lookups;
    private final long wallMs;
    private final GroupLooks looks;
    private final GroupDeletes deletes;
    private final GroupReads reads;
    private final GroupClaims claims;

    GroupTurn(StreamTurn turn, StreamMachine machine, Lookups lookups, long wallMs) {
        this.turn = turn;
        this.machine = machine;
        this.lookups = lookups;
        this.wallMs = wallMs;
        looks = new GroupLooks(machine, lookups, wallMs);
        deletes = new GroupDeletes(turn, machine, lookups, wallMs);
        reads = new GroupReads(turn, machine, lookups, wallMs, looks);
        claims = new GroupClaims(turn, this, machine, lookups, wallMs);
    }

    GroupDeletes deletes() {
        return deletes;
    }

    GroupReads reads() {
        return reads;
    }

    /** Looks for all that the command needs; changes nothing. */
    void prepare(GroupCommand command) {
        switch (command) {
            case GroupCommand.ReadGroup read -> reads.prepare(read);
            case GroupCommand.CreateGroup create -> prepareAt(create.key(), create.after());
            case GroupCommand.SetPosition set -> prepareAt(set.key(), set.after());
            case GroupCommand.Claim claim -> {
                prepareAt(claim.key(), claim.options().lastId());
                if (claim.options().isForced()) {
                    prepareIds(claim.key(), claim.ids());
                }
            }
            case GroupCommand.GiveBack back -> {
                if (back.isForced()) {
                    prepareIds(back.key(), back.ids());
                }
            }
            case GroupCommand.DeleteReferenced delete -> prepareIds(delete.key(), delete.ids());
            case GroupCommand.DescribeGroups describe -> {
                StreamState state = machine.find(describe.key());
                if (state != null) {
                    looks.firstId(state);
                }
            }
            case GroupCommand.Acknowledge _,
                    GroupCommand.AcknowledgeAndDelete _,
                    GroupCommand.ClaimIdle _,
                    GroupCommand.CreateConsumer _,
                    GroupCommand.DescribeConsumers _,
                    GroupCommand.DestroyGroup _,
                    GroupCommand.ListPending _,
                    GroupCommand.RemoveConsumer _,
                    GroupCommand.SumPending _ -> {}
        }
    }

    private void prepareAt(StreamKey key, Optional<EntryId> after) {
        StreamState state = machine.find(key);
        if (state != null && after.isPresent()) {
            nextOffset(state, after.get());
        }
    }

    private void prepareIds(StreamKey key, List<EntryId> ids) {
        StreamState state = machine.find(key);
        if (state != null) {
            ids.forEach(id -> lookups.find(state, machine.gathered(), id));
        }
    }

    /** Null if something must be looked up first. */
    @Nullable
    StreamAnswer decide(GroupCommand command) {
        return switch (command) {
            case GroupCommand.CreateGroup create -> create(create);
            case GroupCommand.ReadGroup read -> reads.read(read);
            case GroupCommand.DeleteReferenced delete -> deletes.deleteReferenced(delete);
            case GroupCommand.DescribeGroups describe -> {
                StreamState state = turn.live(describe.key());
                yield state == null
                        ? new Refused(StreamFault.NO_SUCH_KEY)
                        : looks.describe(state, turn.view(state), describe.pendingMax());
            }
            case GroupCommand.SetPosition _,
                    GroupCommand.DestroyGroup _,
                    GroupCommand.CreateConsumer _,
                    GroupCommand.RemoveConsumer _,
                    GroupCommand.Acknowledge _,
                    GroupCommand.AcknowledgeAndDelete _,
                    GroupCommand.Claim _,
                    GroupCommand.ClaimIdle _,
                    GroupCommand.GiveBack _,
                    GroupCommand.SumPending _,
                    GroupCommand.ListPending _,
                    GroupCommand.DescribeConsumers _ -> {
                StreamState state = turn.live(command.key());
                EntryGroup group = state == null ? null : machine.group(state.topicId(), command.group());
                yield state == null || group == null ? without(command, state) : decide(command, state, group);
            }
        };
    }

    /** The answer where the group is missing. */
    private StreamAnswer without(GroupCommand command, @Nullable StreamState state) {
        return switch (command) {
            case GroupCommand.Acknowledge _ -> Count.ZERO;
            case GroupCommand.AcknowledgeAndDelete both ->
                new GroupAnswer.Outcomes(both.ids().stream().map(id -> -1).toList());
            case GroupCommand.DestroyGroup _ when state != null -> Count.ZERO;
            default -> new GroupAnswer.NoGroup(command.key(), state != null);
        };
    }

    private @Nullable StreamAnswer decide(GroupCommand command, StreamState state, EntryGroup group) {
        return switch (command) {
            case GroupCommand.SetPosition set -> setPosition(set, state, group);
            case GroupCommand.DestroyGroup _ -> {
                turn.emit(new StreamEvent.GroupGone(state.topicId(), group.name()));
                turn.changed(state.key());
                yield Count.ONE;
            }
            case GroupCommand.CreateConsumer create -> createConsumer(create, state, group);
            case GroupCommand.RemoveConsumer remove -> {
                long pending = group.pendingCount(remove.consumer());
                GroupChanges changes = new GroupChanges(group, wallMs);
                changes.removeConsumer(remove.consumer());
                turn.emit(state, group, changes);
                yield new Count(pending);
            }
            case GroupCommand.Acknowledge acknowledge -> acknowledge(acknowledge, state, group);
            case GroupCommand.AcknowledgeAndDelete both -> deletes.acknowledgeAndDelete(both, state, group);
            case GroupCommand.Claim claim -> claims.claim(claim, state, group);
            case GroupCommand.ClaimIdle claim -> claims.claimIdle(claim, state, group);
            case GroupCommand.GiveBack back -> claims.giveBack(back, state, group);
            case GroupCommand.SumPending _ -> looks.sum(group);
            case GroupCommand.ListPending list -> looks.list(list, group);
            case GroupCommand.DescribeConsumers _ -> new GroupAnswer.Consumers(looks.consumers(group), wallMs);
            default -> throw new IllegalArgumentException("not about a group: " + command);
        };
    }

    private @Nullable StreamAnswer create(GroupCommand.CreateGroup create) {
        StreamState state = turn.live(create.key());
        if (state == null && !create.makesKey()) {
            return new GroupAnswer.NoGroup(create.key(), false);
        }
        if (state != null && machine.group(state.topicId(), create.group()) != null) {
            return new Refused(StreamFault.GROUP_EXISTS);
        }
        if (state == null) {
            StreamAnswer refusal = turn.refusalToMake();
            if (refusal != null) {
                return refusal;
            }
            state = turn.make(create.key());
        }
        if (machine.groupCount(state.topicId()) >= GROUPS_MAX) {
            return new Refused(StreamFault.TOO_MANY_GROUPS);
        }
        EntryId lastId = create.after().orElse(state.lastId());
        Long next = nextOffset(state, lastId);
        if (next == null) {
            return null;
        }
        long read = knownRead(create.entriesRead(), state);
        turn.emit(new StreamEvent.GroupMade(state.topicId(), create.group(), lastId, next, read));
        turn.changed(state.key());
        return Done.INSTANCE;
    }

    private static long knownRead(long entriesRead, StreamState state) {
        return Math.min(entriesRead, state.entriesAdded());
    }

    /** Offset of the first entry behind the id; null if it must be looked up first. */
    @Nullable
    Long nextOffset(StreamState state, EntryId lastId) {
        if (!state.lastId().isAfter(lastId)) {
            return state.endOffset();
        }
        Place place = lookups.find(state, machine.gathered(), lastId.next());
        return place == null ? null : place.offset();
    }

    private @Nullable StreamAnswer setPosition(GroupCommand.SetPosition set, StreamState state, EntryGroup group) {
        EntryId lastId = set.after().orElse(state.lastId());
        Long next = nextOffset(state, lastId);
        if (next == null) {
            return null;
        }
        GroupChanges changes = new GroupChanges(group, wallMs);
        changes.position(lastId, next, knownRead(set.entriesRead(), state));
        turn.emit(state, group, changes);
        turn.ready(state.key());
        return Done.INSTANCE;
    }

    private StreamAnswer createConsumer(GroupCommand.CreateConsumer create, StreamState state, EntryGroup group) {
        if (group.hasConsumer(create.consumer())) {
            return Count.ZERO;
        }
        if (group.consumerCount() >= EntryGroup.CONSUMERS_MAX) {
            return new Refused(StreamFault.TOO_MANY_GROUPS);
        }
        turn.emit(state, group, new GroupChanges(group, wallMs).by(create.consumer()));
        return Count.ONE;
    }

    static boolean isOneTooMany(EntryGroup group, String consumer) {
        return group.consumerCount() >= EntryGroup.CONSUMERS_MAX && !group.hasConsumer(consumer);
    }

    private StreamAnswer acknowledge(GroupCommand.Acknowledge acknowledge, StreamState state, EntryGroup group) {
        long[] offsets = new long[acknowledge.ids().size()];
        int count = 0;
        for (EntryId id : acknowledge.ids()) {
            long offset = group.offsetOf(id);
            if (offset >= 0) {
                offsets[count++] = offset;
            }
        }
        long[] distinct = distinct(offsets, count);
        if (distinct.length > 0) {
            GroupChanges changes = new GroupChanges(group, wallMs);
            changes.settle(distinct);
            turn.emit(state, group, changes);
        }
        return new Count(distinct.length);
    }

    private static long[] distinct(long[] offsets, int count) {
        boolean isRising = true;
        for (int i = 1; i < count; i++) {
            isRising &= offsets[i] > offsets[i - 1];
        }
        return isRising
                ? Arrays.copyOf(offsets, count)
                : Arrays.stream(offsets, 0, count).sorted().distinct().toArray();
    }
}
