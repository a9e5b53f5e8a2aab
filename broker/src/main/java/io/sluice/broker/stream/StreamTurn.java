package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamAnswer.Count;
import io.sluice.broker.api.StreamAnswer.Done;
import io.sluice.broker.api.StreamAnswer.Refused;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamCommand.NewId;
import io.sluice.broker.api.StreamFault;
import io.sluice.broker.api.StreamKey;
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
    static final long[] NONE_DELETED = {};

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
    private final KeyTurn keys;
    private final TrimTurn trims;
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
        keys = new KeyTurn(this, machine, decision, rules, lookups, wallMs);
        trims = new TrimTurn(this, machine, rules, lookups);
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

    /** A new stream has this topic. */
    void came(TopicId topicId) {
        made.add(topicId);
    }

    /** The key of the stream is gone. */
    void gone(TopicId topicId) {
        removed.add(topicId);
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
            case StreamCommand.Add add -> add.trim().ifPresent(trim -> trims.prepare(state, trim));
            case StreamCommand.Trim trim -> trims.prepare(state, trim.trim());
            case StreamCommand.DeleteEntries delete -> delete.ids().forEach(id -> find(state, id));
            case StreamCommand.RememberOnce remember -> find(state, remember.entryId());
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
            case StreamCommand.Trim trim -> trims.trim(trim);
            case StreamCommand.SetLastId set -> setLastId(set);
            case StreamCommand.RemoveKey remove -> remove(remove.key()) ? Count.ONE : Count.ZERO;
            case StreamCommand.RemoveAll all -> keys.removeAll(all);
            case StreamCommand.Expire expire -> keys.expire(expire);
            case StreamCommand.Rename rename -> keys.rename(rename);
            case StreamCommand.Copy copy -> keys.copy(copy);
            case StreamCommand.LimitOnce limit -> once.limit(limit);
            case StreamCommand.RememberOnce remember -> once.remember(remember);
            case StreamCommand.SwapDatabases swap -> keys.swap(swap);
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
            trims.changeAndTrim(before, after, add.trim().get());
        }
        return new StreamAnswer.Id(id);
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

    void change(StreamState before, StreamState after, long[] deleted) {
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

    /** Where the entry is, or would be; null if that must be looked up first. */
    @Nullable
    Place find(StreamState state, EntryId id) {
        return lookups.find(state, machine.gathered(), id);
    }

    /** Whether there is an entry of that id in the place where it would be. */
    static boolean isThere(StreamState state, Place place, EntryId id) {
        return place.isOf(id)
                && place.offset() >= state.firstOffset()
                && !state.deleted().contains(place.offset());
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
            Place place = find(before, id);
            if (place == null) {
                return null;
            }
            if (isThere(before, place, id)) {
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

    /** The key goes; whether anybody could see it. */
    boolean remove(StreamKey key) {
        StreamState state = machine.find(key);
        if (state == null) {
            return false;
        }
        machine.emit(decision, new StreamEvent.Removed(state.topicId()));
        removed.add(state.topicId());
        changed(key);
        return !state.isExpired(wallMs);
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
            machine.expiries().add(topicId, dueMs(state.expiresWallMs()));
        }
    }

    private StreamAnswer unchanged(StreamCommand.Unchanged unchanged) {
        StreamState state = live(unchanged.key());
        boolean isSame = unchanged.seen() instanceof LocalStreamView view
                ? view.state() == state
                : unchanged.seen() == null && state == null;
        return isSame ? Done.INSTANCE : refused(StreamFault.CHANGED_MEANWHILE);
    }
}
