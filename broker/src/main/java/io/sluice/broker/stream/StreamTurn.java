package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamAnswer.Count;
import io.sluice.broker.api.StreamAnswer.Done;
import io.sluice.broker.api.StreamAnswer.Refused;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamCommand.NewId;
import io.sluice.broker.api.StreamFault;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamTrim;
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

    /** {@code nowMs} is shard time. */
    StreamTurn(StreamMachine machine, Decision decision, StreamRules rules, Lookups lookups, long nowMs) {
        this.machine = machine;
        this.decision = decision;
        this.rules = rules;
        this.lookups = lookups;
        this.nowMs = nowMs;
        wallMs = rules.clock().wallMs();
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
            case StreamCommand.RemoveKey _,
                    StreamCommand.Expire _,
                    StreamCommand.Rename _,
                    StreamCommand.Look _,
                    StreamCommand.Unchanged _ -> {}
        }
    }

    /** Null if something must be looked up first, after {@link #prepare} only by a race with the eviction of memory. */
    @Nullable
    StreamAnswer decide(StreamStep step) {
        return switch (step.command()) {
            case StreamCommand.Add add -> add(add, step.entry());
            case StreamCommand.DeleteEntries delete -> delete(delete);
            case StreamCommand.Trim trim -> trim(trim);
            case StreamCommand.SetLastId set -> setLastId(set);
            case StreamCommand.RemoveKey remove -> remove(remove.key()) ? Count.ONE : Count.ZERO;
            case StreamCommand.Expire expire -> expire(expire);
            case StreamCommand.Rename rename -> rename(rename);
            case StreamCommand.Look look ->
                new StreamAnswer.Seen(Optional.ofNullable(live(look.key())).map(rules::view));
            case StreamCommand.Unchanged unchanged -> unchanged(unchanged);
        };
    }

    /** The stream, unless its time is over; then it goes now. */
    private @Nullable StreamState live(StreamKey key) {
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

    private @Nullable StreamAnswer add(StreamCommand.Add add, EntryCodec.Encoded entry) {
        if (add.id() instanceof NewId.Exactly exactly && exactly.id().equals(EntryId.ZERO)) {
            return refused(StreamFault.ID_ZERO);
        }
        StreamState before = live(add.key());
        if (before == null && !add.makesKey()) {
            return StreamAnswer.None.INSTANCE;
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
            if (machine.count() >= rules.keysMax()) {
                return refused(StreamFault.TOO_MANY_KEYS);
            }
            before = make(add.key());
        }
        decision.expect(machine.gathered().add(before.topicId(), before.endOffset(), id, entry, wallMs));
        StreamState after = before.added(id);
        if (add.trim().isPresent()) {
            Long first = trimOffset(after, add.trim().get());
            after = first == null ? after : after.trimmed(first);
        }
        change(before, after, NONE_DELETED);
        return new StreamAnswer.Id(id);
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

    private StreamState make(StreamKey key) {
        TopicId topicId = rules.newTopicId();
        decision.attach(EntryItems.control(new ControlEntry.Open(topicId, 0, 0, 1, 0, 0, rules.segments())));
        machine.emit(decision, new StreamEvent.Made(topicId, key));
        made.add(topicId);
        touched.add(key);
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
        touched.add(after.key());
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

    private @Nullable StreamAnswer trim(StreamCommand.Trim trim) {
        StreamState before = live(trim.key());
        if (before == null) {
            return Count.ZERO;
        }
        Long first = trimOffset(before, trim.trim());
        if (first == null) {
            return null;
        }
        StreamState after = before.trimmed(first);
        if (after.firstOffset() > before.firstOffset()) {
            change(before, after, NONE_DELETED);
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
        if (distinct.length > 0) {
            change(before, before.without(distinct, largest), distinct);
        }
        return new Count(distinct.length);
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
        touched.add(key);
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
            touched.add(rename.key());
            touched.add(rename.target());
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
