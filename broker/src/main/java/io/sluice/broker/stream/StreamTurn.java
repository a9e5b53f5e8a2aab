package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.GroupCommand.References;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamAnswer.Count;
import io.sluice.broker.api.StreamAnswer.Done;
import io.sluice.broker.api.StreamAnswer.Refused;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamCommand.NewId;
import io.sluice.broker.api.StreamFault;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamTrim;
import io.sluice.broker.api.StreamView;
import io.sluice.broker.delivery.EntryGroup;
import io.sluice.broker.delivery.GroupChanges;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.EntryItems;
import io.sluice.replication.runtime.Decision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides commands of one run, one after the other, each seeing what the ones before it did. On the shard's apply thread. */
final class StreamTurn {
    private static final long[] NONE_DELETED = {};

    private final StreamMachine machine;
    private final Decision decision;
    private final StreamRules rules;
    private final Lookups lookups;
    private final long nowMs;
    private final long wallMs;
    private final Set<StreamKey> touched = new LinkedHashSet<>();
    private final List<TopicId> made = new ArrayList<>();
    private final List<TopicId> removed = new ArrayList<>();
    private final Set<StreamKey> ready = new LinkedHashSet<>();
    private final GroupTurn groups;
    private final OnceTurn once;
    private boolean isVolatile;
    private @Nullable StreamState growing;
    private @Nullable StreamState grown;

    /** {@code nowMs} is shard time. */
    StreamTurn(StreamMachine machine, Decision decision, StreamRules rules, Lookups lookups, long nowMs) {
        this.machine = machine;
        this.decision = decision;
        this.rules = rules;
        this.lookups = lookups;
        this.nowMs = nowMs;
        wallMs = rules.clock().wallMs();
        groups = new GroupTurn(this, machine, lookups, wallMs);
        once = new OnceTurn(this, machine, wallMs);
    }

    /** Keys whose streams changed. */
    Set<StreamKey> touched() {
        return touched;
    }

    /** Topics of new streams. */
    List<TopicId> made() {
        return made;
    }

    /** Topics of streams whose keys are gone. */
    List<TopicId> removed() {
        return removed;
    }

    StreamMachine machine() {
        return machine;
    }

    /**
     * Whether what was decided may be told before it is durable: entries that were there before were handed to a consumer that was
     * known. After a crash they may be handed out again, with a count that is short by one.
     */
    boolean mayBeAnsweredEarly() {
        return isVolatile && touched.isEmpty();
    }

    /** Says that it may. */
    void handedOut() {
        isVolatile = true;
    }

    GroupTurn groups() {
        return groups;
    }

    OnceTurn once() {
        return once;
    }

    /** Keys for which somebody who waits for entries of a group may have something to hear, since the last call. */
    List<StreamKey> takeReady() {
        List<StreamKey> taken = List.copyOf(ready);
        ready.clear();
        return taken;
    }

    /** Whoever waits for entries of a group of the key may have something to hear. */
    void ready(StreamKey key) {
        ready.add(key);
    }

    /** What everybody sees of the key has changed. */
    void changed(StreamKey key) {
        touched.add(key);
        ready.add(key);
    }

    void emit(StreamEvent event) {
        machine.emit(decision, event);
    }

    void emit(StreamState state, EntryGroup group, GroupChanges changes) {
        if (!changes.isEmpty()) {
            emit(new StreamEvent.GroupChanged(state.topicId(), group.name(), changes.take()));
        }
    }

    StreamView view(StreamState state) {
        return rules.view(state);
    }

    /** When that wall time is, in shard time. */
    long dueMs(long dueWallMs) {
        return dueWallMs == Long.MAX_VALUE ? Long.MAX_VALUE : rules.dueMs(dueWallMs, wallMs, nowMs);
    }

    /** Answers somebody else than who sent the command, once everything is durable. */
    void answerLater(GroupWait wait, StreamAnswer answer) {
        decision.afterCommit(() -> wait.answer(answer), error -> wait.answer(new Refused(StreamFault.UNAVAILABLE)));
    }

    /** Whether all that the command needs can be found without blocking; changes nothing. */
    void prepare(StreamCommand command) {
        StreamState state = machine.find(command.key());
        if (state == null) {
            return;
        }
        switch (command) {
            case StreamCommand.Add add -> add.trim().ifPresent(trim -> trimOffset(state, trim));
            case StreamCommand.Trim trim -> trimOffset(state, trim.trim());
            case StreamCommand.DeleteEntries delete ->
                delete.ids().forEach(id -> lookups.find(state, machine.gathered(), id));
            case StreamCommand.SetLastId set -> topEntry(state, set.lastId());
            case StreamCommand.Copy copy -> {
                if (copy.mayReplace() || machine.find(copy.target()) == null) {
                    lookups.log(state, machine.gathered());
                }
            }
            case StreamCommand.RemoveKey _,
                    StreamCommand.RemoveAll _,
                    StreamCommand.Expire _,
                    StreamCommand.Rename _,
                    StreamCommand.LimitOnce _,
                    StreamCommand.SwapDatabases _,
                    StreamCommand.Look _,
                    StreamCommand.Unchanged _ -> {}
            case GroupCommand group -> groups.prepare(group);
        }
    }

    /** Whether anybody waits for entries of groups. */
    boolean isAwaited() {
        return !machine.waiters().isEmpty();
    }

    /**
     * Null if something must be looked up first, after {@link #prepare} only by a race with the eviction of memory. What adds in a
     * row to one stream change is one event, emitted by {@link #settle}.
     */
    @Nullable
    StreamAnswer decide(StreamStep step) {
        boolean isFurtherAdd = step.command() instanceof StreamCommand.Add add
                && add.trim().isEmpty()
                && grown != null
                && grown.key().equals(add.key());
        if (!isFurtherAdd) {
            settle();
        }
        return switch (step.command()) {
            case StreamCommand.Add add -> add(add, step);
            case StreamCommand.DeleteEntries delete -> delete(delete);
            case StreamCommand.Trim trim -> trim(trim);
            case StreamCommand.SetLastId set -> setLastId(set);
            case StreamCommand.RemoveKey remove -> remove(remove.key()) ? Count.ONE : Count.ZERO;
            case StreamCommand.RemoveAll all -> removeAll(all);
            case StreamCommand.Expire expire -> expire(expire);
            case StreamCommand.Rename rename -> rename(rename);
            case StreamCommand.Copy copy -> copy(copy);
            case StreamCommand.LimitOnce limit -> once.limit(limit);
            case StreamCommand.SwapDatabases swap -> swap(swap);
            case StreamCommand.Look look ->
                new StreamAnswer.Seen(Optional.ofNullable(live(look.key())).map(rules::view));
            case StreamCommand.Unchanged unchanged -> unchanged(unchanged);
            case GroupCommand group -> groups.decide(group);
        };
    }

    /** Emits what adds have changed so far: whoever looks at the machine's state sees them from then on. */
    void settle() {
        StreamState before = growing;
        StreamState after = grown;
        if (before != null && after != null) {
            growing = null;
            grown = null;
            change(before, after, NONE_DELETED);
        }
    }

    private void grow(StreamState before, StreamState after) {
        growing = growing == null ? before : growing;
        grown = after;
    }

    /** The stream, unless its time is over; then it goes now. */
    @Nullable
    StreamState live(StreamKey key) {
        StreamState state = machine.find(key);
        if (state != null && state.isExpired(wallMs)) {
            remove(key);
            return null;
        }
        return state;
    }

    private StreamAnswer refused(StreamFault fault) {
        return new Refused(fault);
    }

    private @Nullable StreamAnswer add(StreamCommand.Add add, StreamStep step) {
        if (add.id() instanceof NewId.Exactly exactly && exactly.id().equals(EntryId.ZERO)) {
            return refused(StreamFault.ID_ZERO);
        }
        StreamState before = grown == null ? live(add.key()) : grown;
        if (before == null && !add.makesKey()) {
            return StreamAnswer.None.INSTANCE;
        }
        StreamAnswer known = before == null || step.once().isEmpty()
                ? null
                : once.answer(before, step.once().get());
        if (known != null) {
            return known;
        }
        EntryId last = before == null ? EntryId.ZERO : before.lastId();
        if (last.equals(EntryId.MAX)) {
            return refused(StreamFault.IDS_EXHAUSTED);
        }
        EntryId id = newId(add.id(), last);
        if (!id.isAfter(last)) {
            return refused(StreamFault.ID_NOT_AFTER_LAST);
        }
        if (before == null) {
            StreamAnswer refusal = refusalToMake();
            if (refusal != null) {
                return refusal;
            }
            before = make(add.key());
        }
        decision.expect(machine.gathered().add(before.topicId(), before.endOffset(), id, step.entry(), wallMs));
        if (step.once().isPresent()) {
            once.added(before.topicId(), step.once().get(), id);
        }
        StreamState after = before.added(id);
        if (add.trim().isEmpty()) {
            grow(before, after);
        } else {
            changeAndTrim(before, after, add.trim().get());
        }
        return new StreamAnswer.Id(id);
    }

    /** What must be looked up first, by a race with the eviction of memory, stays. */
    private void changeAndTrim(StreamState before, StreamState after, StreamTrim trim) {
        if (trim.references() == References.ACKNOWLEDGED) {
            UnneededEntries unneeded = unneeded(after, trim);
            change(before, after, NONE_DELETED);
            if (unneeded != null) {
                clear(after, unneeded);
            }
            return;
        }
        Long first = trimOffset(after, trim);
        StreamState trimmed = first == null ? after : after.trimmed(first);
        change(before, trimmed, NONE_DELETED);
        dropReferences(before, trimmed, trim);
    }

    /** Adds a producer's batch; the error says why not. */
    ErrorCode addBatch(TopicId topicId, ProducedBatch batch) {
        StreamState before = machine.find(topicId);
        if (before == null || live(before.key()) == null) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        if (!batch.place(before.endOffset(), before.lastId())) {
            return ErrorCode.POLICY_VIOLATION;
        }
        decision.expect(batch.lengthBytes());
        machine.gathered().add(topicId, batch);
        change(before, before.added(batch.endOffset() - batch.baseOffset(), batch.lastId()), NONE_DELETED);
        return ErrorCode.NONE;
    }

    /** The stream of the topic goes on from the offset; false if there is none. */
    boolean trimTo(TopicId topicId, long offset) {
        StreamState before = machine.find(topicId);
        if (before == null) {
            return false;
        }
        StreamState after = before.trimmed(offset);
        if (after.firstOffset() > before.firstOffset()) {
            change(before, after, NONE_DELETED);
        }
        return true;
    }

    /** An id that is not behind the last says that there is none. */
    private EntryId newId(NewId wanted, EntryId last) {
        return switch (wanted) {
            case NewId.Exactly exactly -> exactly.id();
            case NewId.Automatic _ ->
                Long.compareUnsigned(wallMs, last.ms()) > 0 ? new EntryId(wallMs, 0) : last.next();
            case NewId.OfTime time -> {
                boolean isSame = time.ms() == last.ms();
                yield isSame && last.seq() != -1 ? last.next() : new EntryId(time.ms(), 0);
            }
        };
    }

    /** Why no more streams are made; null if they are. */
    @Nullable
    StreamAnswer refusalToMake() {
        return machine.count() >= rules.keysMax() ? refused(StreamFault.TOO_MANY_KEYS) : null;
    }

    StreamState make(StreamKey key) {
        TopicId topicId = rules.newTopicId();
        decision.attach(EntryItems.control(new ControlEntry.Open(topicId, 0, 0, 1, 0, 0, rules.segments())));
        machine.emit(decision, new StreamEvent.Made(topicId, key));
        once.made(topicId, rules.onceLimits());
        made.add(topicId);
        changed(key);
        return StreamState.empty(key, topicId);
    }

    private void change(StreamState before, StreamState after, long[] deleted) {
        machine.emit(
                decision,
                new StreamEvent.Changed(
                        after.topicId(),
                        after.firstOffset(),
                        after.endOffset(),
                        after.lastId(),
                        after.maxDeletedId(),
                        after.entriesAdded(),
                        after.expiresWallMs(),
                        deleted));
        if (after.firstOffset() > before.firstOffset()) {
            machine.gathered().trimmed(after.topicId());
        }
        changed(after.key());
    }

    private @Nullable Long trimOffset(StreamState state, StreamTrim trim) {
        return switch (trim.bound()) {
            case StreamTrim.Newest newest ->
                StreamTrimming.keepNewest(state, trim, newest.count(), rules.blockEntries());
            case StreamTrim.From from -> {
                Place place = lookups.find(state, machine.gathered(), from.id());
                yield place == null ? null : StreamTrimming.keepFrom(state, trim, place.offset(), rules.blockEntries());
            }
        };
    }

    /** What a trim that spares what groups need takes; null if something must be looked up first. */
    private @Nullable UnneededEntries unneeded(StreamState state, StreamTrim trim) {
        Long first = trimOffset(state, trim);
        if (first == null) {
            return null;
        }
        boolean isByCount = trim.bound() instanceof StreamTrim.Newest && !trim.isRough();
        return UnneededEntries.of(
                state,
                machine.groups(state.topicId()),
                isByCount ? state.endOffset() : first,
                isByCount ? state.countBetween(state.firstOffset(), first) : Long.MAX_VALUE);
    }

    private void clear(StreamState before, UnneededEntries unneeded) {
        if (unneeded.count() > 0) {
            machine.emit(decision, new StreamEvent.Cleared(before.topicId(), unneeded.endOffset()));
            StreamState after = machine.find(before.topicId());
            if (after != null && after.firstOffset() > before.firstOffset()) {
                machine.gathered().trimmed(before.topicId());
            }
            changed(before.key());
        }
    }

    private void dropReferences(StreamState before, StreamState after, StreamTrim trim) {
        if (trim.references() == References.DELETE) {
            groups.deletes().dropReferences(after, before.firstOffset(), after.firstOffset());
        }
    }

    private @Nullable StreamAnswer trim(StreamCommand.Trim command) {
        StreamState before = live(command.key());
        if (before == null) {
            return Count.ZERO;
        }
        StreamTrim trim = command.trim();
        if (trim.references() == References.ACKNOWLEDGED) {
            UnneededEntries unneeded = unneeded(before, trim);
            if (unneeded == null) {
                return null;
            }
            clear(before, unneeded);
            return new Count(unneeded.count());
        }
        Long first = trimOffset(before, trim);
        if (first == null) {
            return null;
        }
        StreamState after = before.trimmed(first);
        if (after.length() < before.length()) {
            change(before, after, NONE_DELETED);
            dropReferences(before, after, trim);
        }
        return new Count(before.length() - after.length());
    }

    private @Nullable StreamAnswer delete(StreamCommand.DeleteEntries delete) {
        StreamState before = live(delete.key());
        if (before == null) {
            return Count.ZERO;
        }
        long[] offsets = new long[delete.ids().size()];
        int count = 0;
        EntryId largest = EntryId.ZERO;
        for (EntryId id : delete.ids()) {
            Place place = lookups.find(before, machine.gathered(), id);
            if (place == null) {
                return null;
            }
            boolean isThere = place.isOf(id)
                    && place.offset() >= before.firstOffset()
                    && !before.deleted().contains(place.offset());
            if (isThere) {
                offsets[count++] = place.offset();
                largest = id.isAfter(largest) ? id : largest;
            }
        }
        long[] distinct = Arrays.stream(offsets, 0, count).sorted().distinct().toArray();
        delete(before, distinct, largest);
        return new Count(distinct.length);
    }

    /** The entries go, whose offsets rise; the largest of their ids is given. */
    void delete(StreamState before, long[] offsets, EntryId largest) {
        if (offsets.length > 0) {
            change(before, before.without(offsets, largest), offsets);
        }
    }

    private @Nullable StreamAnswer setLastId(StreamCommand.SetLastId set) {
        StreamState before = live(set.key());
        if (before == null) {
            return refused(StreamFault.NO_SUCH_KEY);
        }
        if (before.maxDeletedId().isAfter(set.lastId())) {
            return refused(StreamFault.LAST_ID_BEFORE_DELETED);
        }
        Place top = topEntry(before, set.lastId());
        if (top == null) {
            return null;
        }
        if (top.found().isPresent() && top.found().get().isAfter(set.lastId())) {
            return refused(StreamFault.LAST_ID_BEFORE_ENTRIES);
        }
        long added = set.entriesAdded().orElse(before.entriesAdded());
        if (set.entriesAdded().isPresent() && before.length() > added) {
            return refused(StreamFault.ADDED_BELOW_LENGTH);
        }
        EntryId deleted = set.maxDeletedId().orElse(before.maxDeletedId());
        change(before, before.remembering(set.lastId(), added, deleted), NONE_DELETED);
        return Done.INSTANCE;
    }

    /** The last entry there is, if it may lie behind this id; null if it must be looked up first. */
    private @Nullable Place topEntry(StreamState state, EntryId id) {
        boolean isBehindAll = !state.lastId().isAfter(id);
        return state.length() == 0 || isBehindAll
                ? new Place(state.endOffset(), Optional.empty())
                : lookups.idAt(state, machine.gathered(), state.offsetBack(state.endOffset(), 1));
    }

    /** The stream of the topic goes; false if there is none. */
    boolean removeTopic(TopicId topicId) {
        StreamState state = machine.find(topicId);
        if (state != null) {
            remove(state.key());
        }
        return state != null;
    }

    private boolean remove(StreamKey key) {
        StreamState state = machine.find(key);
        if (state == null) {
            return false;
        }
        machine.emit(decision, new StreamEvent.Removed(state.topicId()));
        removed.add(state.topicId());
        changed(key);
        return !state.isExpired(wallMs);
    }

    /** One event, however many there are. */
    private StreamAnswer removeAll(StreamCommand.RemoveAll all) {
        List<StreamState> states = machine.of(Set.copyOf(all.databases()));
        for (StreamState state : states) {
            if (!all.mayRemove().test(state.key())) {
                return refused(StreamFault.DENIED);
            }
        }
        if (!states.isEmpty()) {
            machine.emit(decision, new StreamEvent.Flushed(all.databases()));
            for (StreamState state : states) {
                removed.add(state.topicId());
                changed(state.key());
            }
        }
        return Done.INSTANCE;
    }

    /** The time of the stream may be over; if it was set later, it comes again. */
    void expireIfDue(TopicId topicId) {
        StreamState state = machine.find(topicId);
        if (state == null || state.expiresWallMs() == StreamState.NEVER) {
            return;
        }
        if (state.isExpired(wallMs)) {
            remove(state.key());
        } else {
            machine.expiries().add(topicId, rules.dueMs(state.expiresWallMs(), wallMs, nowMs));
        }
    }

    private StreamAnswer expire(StreamCommand.Expire expire) {
        StreamState before = live(expire.key());
        if (before == null || !mayExpire(before.expiresWallMs(), expire)) {
            return Count.ZERO;
        }
        if (expire.wallMs() <= wallMs) {
            remove(expire.key());
            return Count.ONE;
        }
        change(before, before.expiring(expire.wallMs()), NONE_DELETED);
        if (expire.wallMs() != StreamState.NEVER) {
            machine.expiries().add(before.topicId(), rules.dueMs(expire.wallMs(), wallMs, nowMs));
        }
        return Count.ONE;
    }

    private static boolean mayExpire(long currentMs, StreamCommand.Expire wanted) {
        boolean hasOne = currentMs != StreamState.NEVER;
        if (wanted.wallMs() == StreamState.NEVER) {
            return hasOne;
        }
        return switch (wanted.rule()) {
            case ALWAYS -> true;
            case IF_NONE -> !hasOne;
            case IF_ANY -> hasOne;
            case IF_LATER -> hasOne && wanted.wallMs() > currentMs;
            case IF_EARLIER -> wanted.wallMs() < currentMs;
            case IF_ANY_EARLIER -> hasOne && wanted.wallMs() < currentMs;
        };
    }

    private StreamAnswer rename(StreamCommand.Rename rename) {
        StreamState before = live(rename.key());
        if (before == null) {
            return refused(StreamFault.NO_SUCH_KEY);
        }
        boolean isSame = rename.key().equals(rename.target());
        if (live(rename.target()) != null && !rename.mayReplace()) {
            return refused(StreamFault.KEY_EXISTS);
        }
        if (!isSame) {
            remove(rename.target());
            machine.emit(decision, new StreamEvent.Renamed(before.topicId(), rename.target()));
            changed(rename.key());
            changed(rename.target());
        }
        return Done.INSTANCE;
    }

    private @Nullable StreamAnswer copy(StreamCommand.Copy copy) {
        StreamState source = live(copy.key());
        boolean isTaken = live(copy.target()) != null;
        if (source == null || (isTaken && !copy.mayReplace())) {
            return Count.ZERO;
        }
        CopiedLog log = lookups.log(source, machine.gathered());
        if (log == null || log.isTooLarge()) {
            return log == null ? null : refused(StreamFault.TOO_LARGE);
        }
        StreamAnswer refusal = isTaken ? null : refusalToMake();
        if (refusal != null || !rules.takeSpace(log.lengthBytes())) {
            return refusal == null ? refused(StreamFault.STORAGE) : refusal;
        }
        remove(copy.target());
        TopicId topicId = rules.newTopicId();
        decision.attach(
                EntryItems.control(new ControlEntry.Open(topicId, 0, 0, 1, log.baseOffset(), 0, rules.segments())));
        log.batches().forEach(batch -> decision.attach(EntryItems.append(topicId, 0, batch)));
        if (source.firstOffset() > log.baseOffset()) {
            decision.attach(EntryItems.control(new ControlEntry.AdvanceStart(topicId, 0, source.firstOffset())));
        }
        emit(new StreamEvent.Copied(topicId, source.topicId(), copy.target()));
        made.add(topicId);
        changed(copy.target());
        if (source.expiresWallMs() != StreamState.NEVER) {
            machine.expiries().add(topicId, dueMs(source.expiresWallMs()));
        }
        RememberedIds ids = machine.once().find(topicId);
        if (ids != null && ids.tracked() > 0) {
            machine.onceExpiries()
                    .add(topicId, dueMs(ids.oldestMs() + ids.limits().durationMs()));
        }
        return Count.ONE;
    }

    private StreamAnswer swap(StreamCommand.SwapDatabases wanted) {
        if (wanted.first() != wanted.second()) {
            StreamEvent.Swapped swapped = new StreamEvent.Swapped(wanted.first(), wanted.second());
            emit(swapped);
            machine.of(wanted.first(), wanted.second()).forEach(state -> {
                changed(state.key());
                changed(swapped.other(state.key()));
            });
        }
        return Done.INSTANCE;
    }

    private StreamAnswer unchanged(StreamCommand.Unchanged unchanged) {
        StreamState state = live(unchanged.key());
        boolean isSame = unchanged.seen() instanceof LocalStreamView view
                ? view.state() == state
                : unchanged.seen() == null && state == null;
        return isSame ? Done.INSTANCE : refused(StreamFault.CHANGED_MEANWHILE);
    }
}
