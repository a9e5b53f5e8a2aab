package io.sluice.broker.group;

import static io.sluice.common.Check.check;

import io.sluice.broker.group.GroupTimers.Alarm;
import io.sluice.broker.group.stored.ConsumerGroupEvent;
import io.sluice.broker.group.stored.ConsumerGroupState;
import io.sluice.broker.group.stored.GroupEvent;
import io.sluice.broker.group.stored.GroupEvent.GenerationCompleted;
import io.sluice.broker.group.stored.GroupEvent.GenerationStarted;
import io.sluice.broker.group.stored.GroupEvent.GroupDeleted;
import io.sluice.broker.group.stored.GroupEvent.GroupsArrived;
import io.sluice.broker.group.stored.GroupEvent.OffsetsCommitted;
import io.sluice.broker.group.stored.GroupEvent.OffsetsExpired;
import io.sluice.broker.group.stored.GroupEvent.SlotStaged;
import io.sluice.broker.group.stored.GroupEvent.TopicForgotten;
import io.sluice.broker.group.stored.GroupEventCodec;
import io.sluice.broker.group.stored.GroupSnapshotCodec;
import io.sluice.broker.group.stored.ShareGroupEvent;
import io.sluice.broker.group.stored.ShareGroupState;
import io.sluice.broker.group.stored.SlotResidence;
import io.sluice.broker.group.stored.StoredGroup;
import io.sluice.broker.group.stored.StoredGroups;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.StateMachine;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of the groups of one slot. The replicated part changes by events only. The live part, which a leader
 * has, is changed while deciding; when an event of a group turns out not to commit, the group's live part is given up
 * and starts again from the replicated one, exactly as after a failover: its members' parked answers end with an error
 * and they come back.
 */
final class GroupSlot implements StateMachine {
    static final int COUNT = 64;
    private static final int FIRST_ID = 100;

    private final int index;
    private final Deciders deciders;
    private final HeartbeatPace pace;
    private final StoredGroups stored;
    private @Nullable LiveGroups live;
    private volatile SlotResidence residence;
    private long lastNowMs;

    GroupSlot(int index, Deciders deciders, HeartbeatPace pace, SlotResidence born) {
        this.index = index;
        this.deciders = deciders;
        this.pace = pace;
        this.stored = new StoredGroups(born);
        this.residence = born;
    }

    @Override
    public int id() {
        return FIRST_ID + index;
    }

    @Override
    public String name() {
        return String.format(Locale.ROOT, "groups-%02d", index);
    }

    StoredGroups stored() {
        return stored;
    }

    /** What its shard has of it, as committed. Any thread. */
    SlotResidence residence() {
        return residence;
    }

    @Override
    public void published() {
        residence = stored.residence();
    }

    Turn turn(Decision decision, long nowMs) {
        LiveGroups current = live;
        if (current == null) {
            throw new IllegalStateException(name() + " decides without leading");
        }
        lastNowMs = nowMs;
        return new Turn(this, current, decision, nowMs);
    }

    void emit(Decision decision, GroupEvent event) {
        decision.emit(GroupEventCodec.encode(event));
        decision.afterCommit(() -> {}, reason -> resumeAfter(event));
        if (event instanceof SlotStaged) {
            resumeAfter(event);
        }
    }

    @Override
    public void apply(ByteBuffer event, UndoLog undo) {
        GroupEvent decoded = GroupEventCodec.decode(event);
        stored.apply(decoded, undo);
        // An event that cannot be undone was decided elsewhere, or given up here before it committed: the live part
        // does not know it. One that can be undone is our own, emitted now or applied again after a snapshot was taken.
        if (undo == UndoLog.NONE) {
            resumeAfter(decoded);
        }
    }

    @Override
    public void leaderStarted(long nowMs) {
        check(live == null, "%s starts to lead twice", name());
        LiveGroups started = new LiveGroups(pace);
        live = started;
        lastNowMs = nowMs;
        resumeAll(started);
    }

    /** Only whoever serves the slot has live groups. */
    private void resumeAll(LiveGroups started) {
        if (stored.residence().isOpen()) {
            stored.all().forEach(group -> resume(started, group.id()));
        }
    }

    @Override
    public void leaderStopped(ErrorCode reason) {
        LiveGroups stopped = live;
        live = null;
        if (stopped != null) {
            stopped.dropAll(reason);
        }
    }

    @Override
    public long nextDeadlineMs() {
        LiveGroups current = live;
        return current == null ? GroupTimers.NEVER : current.timers().nextMs();
    }

    @Override
    public void deadlinePassed(Decision decision, long nowMs) {
        Turn turn = turn(decision, nowMs);
        GroupTimers timers = turn.live().timers();
        // What there is no room for stays due, and has its turn after the commit.
        Alarm alarm = timers.pollDue(nowMs);
        while (alarm != null) {
            deciders.ring(turn, alarm);
            alarm = decision.hasRoom() ? timers.pollDue(nowMs) : null;
        }
    }

    @Override
    public ByteBuffer snapshot() {
        return GroupSnapshotCodec.encode(stored);
    }

    @Override
    public void restore(ByteBuffer snapshot) {
        check(live == null, "%s is restored while it leads", name());
        GroupSnapshotCodec.decodeInto(snapshot, stored);
    }

    /** Brings the live part in line with replicated state that changed behind the back of the deciders. */
    private void resumeAfter(GroupEvent event) {
        LiveGroups current = live;
        if (current == null) {
            return;
        }
        switch (event) {
            case GenerationStarted e -> resume(current, e.groupId());
            case GenerationCompleted e -> resume(current, e.groupId());
            case GroupDeleted e -> resume(current, e.groupId());
            case ConsumerGroupEvent e -> resume(current, e.groupId());
            case ShareGroupEvent e -> resume(current, e.groupId());
            case OffsetsCommitted e -> recheck(current, e.groupId());
            case OffsetsExpired e -> recheck(current, e.groupId());
            case TopicForgotten e -> stored.all().forEach(group -> recheckAfterTopic(current, group));
            case SlotStaged e -> {
                current.dropAll(ErrorCode.NOT_COORDINATOR);
                resumeAll(current);
            }
            case GroupsArrived e -> {}
        }
    }

    private void resume(LiveGroups current, String groupId) {
        OffsetHolder running = current.findAny(groupId);
        if (running != null) {
            current.dropAny(running, ErrorCode.NOT_COORDINATOR);
        }
        current.dropShare(groupId);
        StoredGroup group = stored.find(groupId);
        ShareGroupState share = group == null ? null : group.share();
        if (share != null) {
            current.adopt(groupId, share, deciders.settings().share(), lastNowMs);
        } else if (group != null) {
            ConsumerGroupState consumer = group.consumer();
            OffsetHolder adopted = consumer == null
                    ? current.adopt(group, lastNowMs)
                    : current.adopt(groupId, consumer, deciders.settings().consumer(), lastNowMs);
            deciders.expiry().schedule(adopted, group, lastNowMs);
        }
    }

    private void recheckAfterTopic(LiveGroups current, StoredGroup group) {
        if (group.share() == null) {
            recheck(current, group.id());
        }
    }

    /** Offsets alone came or went: a running rebalance goes on. */
    private void recheck(LiveGroups current, String groupId) {
        OffsetHolder running = current.findAny(groupId);
        StoredGroup group = stored.find(groupId);
        boolean isGone = group == null && (!(running instanceof LiveGroup classic) || classic.isVoid());
        if (running == null || isGone) {
            resume(current, groupId);
        } else if (group != null) {
            deciders.expiry().schedule(running, group, lastNowMs);
        }
    }
}
