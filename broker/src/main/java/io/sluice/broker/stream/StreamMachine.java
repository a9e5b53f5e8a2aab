package io.sluice.broker.stream;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.StreamKey;
import io.sluice.broker.delivery.EntryGroup;
import io.sluice.broker.delivery.EntryGroupSnapshot;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.stream.StreamEvent.Announced;
import io.sluice.broker.stream.StreamEvent.Changed;
import io.sluice.broker.stream.StreamEvent.Cleared;
import io.sluice.broker.stream.StreamEvent.Flushed;
import io.sluice.broker.stream.StreamEvent.Forgotten;
import io.sluice.broker.stream.StreamEvent.GroupChanged;
import io.sluice.broker.stream.StreamEvent.GroupGone;
import io.sluice.broker.stream.StreamEvent.GroupMade;
import io.sluice.broker.stream.StreamEvent.Made;
import io.sluice.broker.stream.StreamEvent.Removed;
import io.sluice.broker.stream.StreamEvent.Renamed;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.StateMachine;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.agrona.collections.Object2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All streams of one shard, so that commands on several keys are decided together. Owner: the shard's apply thread.
 *
 * <pre>
 *   key:    (none) ──made──► exists ──changed, renamed──► exists ──removed──► (none)
 *   topic:  unannounced ──announced──► known to the metadata ──key removed──► unforgotten ──forgotten──► (none)
 * </pre>
 *
 * A key is made here, in the entry of its first record, and announced to the metadata afterwards; the metadata alone could not
 * make it without a second round of journaling before that record. What a crash left unannounced or unforgotten is announced
 * again ({@link #unannounced}, {@link #unforgotten}).
 */
final class StreamMachine implements StateMachine {
    static final int ID = 400;

    private static final int FORMAT = 4;
    private static final int FORMAT_WITHOUT_RUNS = 3;
    private static final int FORMAT_WITHOUT_ONCE = 2;
    private static final int FORMAT_WITHOUT_GROUPS = 1;
    private static final int STREAM_BYTES_LEAST = TopicId.LENGTH_BYTES + 2 * Integer.BYTES + 8 * Long.BYTES + 2;

    private static final float LOAD = 0.8f;

    /** Without an object for each of many keys that nobody uses. */
    private final Map<StreamKey, StreamState> byKey = new Object2ObjectHashMap<>(64, LOAD, false);

    private final Map<TopicId, StreamState> byTopic = new Object2ObjectHashMap<>(64, LOAD, false);
    private final TreeSet<TopicId> unannounced = new TreeSet<>();
    private final TreeSet<TopicId> unforgotten = new TreeSet<>();
    private final Map<TopicId, TreeMap<String, EntryGroup>> groups = new TreeMap<>();
    private final GroupWaiters waiters = new GroupWaiters();
    private final IdsAhead idsAhead = new IdsAhead();
    private final GatheredEntries gathered = new GatheredEntries();
    private final Expiries expiries = new Expiries();
    private final OnceTable once = new OnceTable();
    private final Expiries onceExpiries = new Expiries();
    private volatile StreamNews news = StreamNews.NOBODY;
    private boolean isReplaced;
    private volatile UnaryOperator<TopicId> sameIds;

    /** Without streams. */
    StreamMachine() {
        this(UnaryOperator.identity());
    }

    /** Whose topics' ids are the objects that this answers, when they are restored. */
    StreamMachine(UnaryOperator<TopicId> sameIds) {
        this.sameIds = sameIds;
    }

    /** The shard is open: from now on other threads change what was asked. */
    void opened() {
        sameIds = UnaryOperator.identity();
    }

    /** Who hears of committed changes from now on. */
    void tell(StreamNews listener) {
        news = listener;
    }

    @Override
    public int id() {
        return ID;
    }

    @Override
    public String name() {
        return "streams";
    }

    @Nullable
    StreamState find(StreamKey key) {
        return byKey.get(key);
    }

    @Nullable
    StreamState find(TopicId topicId) {
        return byTopic.get(topicId);
    }

    /** The groups of a stream, in the order of names. */
    Collection<EntryGroup> groups(TopicId topicId) {
        TreeMap<String, EntryGroup> known = groups.get(topicId);
        return known == null ? List.of() : known.values();
    }

    @Nullable
    EntryGroup group(TopicId topicId, String name) {
        TreeMap<String, EntryGroup> known = groups.get(topicId);
        return known == null ? null : known.get(name);
    }

    int groupCount(TopicId topicId) {
        return groups(topicId).size();
    }

    GroupWaiters waiters() {
        return waiters;
    }

    IdsAhead idsAhead() {
        return idsAhead;
    }

    Collection<StreamState> all() {
        return byKey.values();
    }

    int count() {
        return byKey.size();
    }

    /** Of equal objects for the id of a topic the one that the streams have; the one that is asked with if they have none. */
    TopicId same(TopicId topicId) {
        StreamState known = byTopic.get(topicId);
        return known == null ? topicId : known.topicId();
    }

    /** Topics that the metadata has to be told of. */
    List<TopicId> unannounced() {
        return new ArrayList<>(unannounced);
    }

    boolean isAnnounced(TopicId topicId) {
        return !unannounced.contains(topicId);
    }

    boolean isUnforgotten(TopicId topicId) {
        return unforgotten.contains(topicId);
    }

    /** Topics that the metadata has to delete. */
    List<TopicId> unforgotten() {
        return new ArrayList<>(unforgotten);
    }

    GatheredEntries gathered() {
        return gathered;
    }

    Expiries expiries() {
        return expiries;
    }

    /** What streams remember of ids of producers. */
    OnceTable once() {
        return once;
    }

    /** When they have some to forget. */
    Expiries onceExpiries() {
        return onceExpiries;
    }

    void emit(Decision decision, StreamEvent event) {
        decision.emit(StreamEventCodec.encode(event));
    }

    @Override
    public void apply(ByteBuffer event, UndoLog undo) {
        StreamEvent decoded = StreamEventCodec.decode(event);
        StreamState before = find(decoded.topicId());
        switch (decoded) {
            case Made made -> make(made, undo);
            case Changed changed -> change(known(before, changed), changed, undo);
            case Cleared cleared -> clear(known(before, cleared), cleared.endOffset(), undo);
            case Removed removed -> remove(known(before, removed), undo);
            case Flushed flushed -> flush(Set.copyOf(flushed.databases()), undo);
            case Renamed renamed -> rename(known(before, renamed), renamed.key(), undo);
            case Announced announced -> {
                if (unannounced.remove(announced.topicId())) {
                    undo.add(() -> unannounced.add(announced.topicId()));
                }
            }
            case Forgotten forgotten -> {
                if (unforgotten.remove(forgotten.topicId())) {
                    undo.add(() -> unforgotten.add(forgotten.topicId()));
                }
            }
            case GroupMade made -> makeGroup(made, undo);
            case GroupGone gone -> removeGroup(gone, undo);
            case GroupChanged changed -> {
                EntryGroup group = group(changed.topicId(), changed.group());
                check(group != null, "there is no group for %s", changed);
                if (group != null) {
                    group.apply(changed.changes(), undo);
                }
            }
            case StreamEvent.OfOnce of -> once.apply(of, undo);
            case StreamEvent.Swapped swapped -> swap(swapped, undo);
            case StreamEvent.Copied copied -> copy(copied, undo);
        }
        if (undo == UndoLog.NONE) {
            tellOf(before, find(decoded.topicId()));
        }
    }

    /** It was decided elsewhere or before the last start, so nobody here waits for it. */
    private void tellOf(@Nullable StreamState before, @Nullable StreamState after) {
        if (before != null) {
            news.changed(before.key(), byKey.get(before.key()));
        }
        if (after != null) {
            news.changed(after.key(), after);
        }
    }

    private void copy(StreamEvent.Copied copied, UndoLog undo) {
        TopicId topicId = copied.topicId();
        put(known(find(copied.source()), copied).copied(copied.key(), topicId));
        unannounced.add(topicId);
        groups(copied.source())
                .forEach(group ->
                        put(topicId, EntryGroupSnapshot.read(group.capture().write())));
        once.copy(copied.source(), topicId);
        undo.add(() -> {
            take(copied.key());
            unannounced.remove(topicId);
            groups.remove(topicId);
            once.remove(topicId, UndoLog.NONE);
        });
    }

    private void swap(StreamEvent.Swapped swapped, UndoLog undo) {
        List<StreamState> moved = of(swapped.first(), swapped.second());
        moved.forEach(state -> take(state.key()));
        moved.forEach(state -> put(state.named(swapped.other(state.key()))));
        undo.add(() -> {
            moved.forEach(state -> take(swapped.other(state.key())));
            moved.forEach(this::put);
        });
        if (undo == UndoLog.NONE) {
            moved.forEach(state -> {
                StreamKey other = swapped.other(state.key());
                news.changed(state.key(), byKey.get(state.key()));
                news.changed(other, byKey.get(other));
            });
        }
    }

    /** The streams of either database. */
    List<StreamState> of(int first, int second) {
        return of(Set.copyOf(List.of(first, second)));
    }

    private static StreamState known(@Nullable StreamState state, StreamEvent event) {
        if (state == null) {
            throw new BrokenInvariantException("there is no stream for " + event);
        }
        return state;
    }

    private void make(Made made, UndoLog undo) {
        put(StreamState.empty(made.key(), made.topicId()));
        unannounced.add(made.topicId());
        undo.add(() -> {
            take(made.key());
            unannounced.remove(made.topicId());
        });
    }

    private void change(StreamState before, Changed changed, UndoLog undo) {
        OffsetSet deleted = before.deleted();
        if (changed.deleted().length > 0) {
            deleted = deleted.with(changed.deleted());
        }
        StreamState after = new StreamState(
                before.key(),
                before.topicId(),
                changed.firstOffset(),
                changed.endOffset(),
                changed.lastId(),
                changed.maxDeletedId(),
                changed.entriesAdded(),
                changed.expiresWallMs(),
                changed.firstOffset() > before.firstOffset() ? deleted.from(changed.firstOffset()) : deleted);
        replace(after);
        if (after.endOffset() > before.endOffset()) {
            groups(before.topicId())
                    .forEach(group -> group.streamGrew(before.endOffset(), after.endOffset(), after.lastId(), undo));
        }
        undo.add(() -> {
            replace(before);
            gathered.cutTo(before.topicId(), before.endOffset());
        });
    }

    private void clear(StreamState before, long endOffset, UndoLog undo) {
        replace(before.without(UnneededEntries.runs(before.firstOffset(), endOffset, groups(before.topicId()))));
        undo.add(() -> replace(before));
    }

    private void replace(StreamState state) {
        byKey.put(state.key(), state);
        byTopic.put(state.topicId(), state);
    }

    private void makeGroup(GroupMade made, UndoLog undo) {
        EntryGroup group = new EntryGroup(made.group(), made.lastId(), made.nextOffset(), made.entriesRead());
        put(made.topicId(), group);
        undo.add(() -> take(made.topicId(), made.group()));
    }

    private void removeGroup(GroupGone gone, UndoLog undo) {
        EntryGroup group = take(gone.topicId(), gone.group());
        if (group != null) {
            undo.add(() -> put(gone.topicId(), group));
        }
    }

    private void put(TopicId topicId, EntryGroup group) {
        groups.computeIfAbsent(topicId, same -> new TreeMap<>()).put(group.name(), group);
    }

    private @Nullable EntryGroup take(TopicId topicId, String name) {
        TreeMap<String, EntryGroup> known = groups.get(topicId);
        EntryGroup taken = known == null ? null : known.remove(name);
        if (known != null && known.isEmpty()) {
            groups.remove(topicId);
        }
        return taken;
    }

    private void remove(StreamState before, UndoLog undo) {
        take(before.key());
        TreeMap<String, EntryGroup> ofStream = groups.remove(before.topicId());
        if (ofStream != null) {
            undo.add(() -> groups.put(before.topicId(), ofStream));
        }
        once.remove(before.topicId(), undo);
        unforgotten.add(before.topicId());
        undo.add(() -> {
            unforgotten.remove(before.topicId());
            put(before);
        });
        if (unannounced.remove(before.topicId())) {
            undo.add(() -> unannounced.add(before.topicId()));
        }
    }

    /** The keys of these databases. */
    List<StreamState> of(Set<Integer> databases) {
        return byTopic.values().stream()
                .filter(state -> databases.contains(state.key().database()))
                .toList();
    }

    private void flush(Set<Integer> databases, UndoLog undo) {
        for (StreamState state : of(databases)) {
            remove(state, undo);
            if (undo == UndoLog.NONE) {
                tellOf(state, null);
            }
        }
    }

    private void rename(StreamState before, StreamKey key, UndoLog undo) {
        take(before.key());
        put(before.named(key));
        undo.add(() -> {
            take(key);
            put(before);
        });
    }

    private void put(StreamState state) {
        check(byKey.put(state.key(), state) == null, "key %s is used twice", state.key());
        byTopic.put(state.topicId(), state);
    }

    private void take(StreamKey key) {
        StreamState taken = byKey.remove(key);
        check(taken != null, "there is no key %s", key);
        if (taken != null) {
            byTopic.remove(taken.topicId());
        }
    }

    @Override
    public void published() {
        if (isReplaced) {
            isReplaced = false;
            news.replaced();
        }
    }

    @Override
    public void completing(Decision decision) {
        gathered.attachTo(decision, this);
    }

    @Override
    public void leaderStarted(long nowMs) {
        gathered.clear();
        expiries.clear();
        onceExpiries.clear();
        news.leading(nowMs);
    }

    @Override
    public void leaderStopped(ErrorCode reason) {
        waiters.endAll();
        idsAhead.clear();
    }

    @Override
    public long nextDeadlineMs() {
        return Math.min(Math.min(expiries.nextMs(), onceExpiries.nextMs()), waiters.nextMs());
    }

    @Override
    public void deadlinePassed(Decision decision, long nowMs) {
        news.expired(this, decision, nowMs);
    }

    @Override
    public ByteBuffer snapshot() {
        return captureSnapshot().get();
    }

    /** States are immutable: only references are copied here. */
    @Override
    public Supplier<ByteBuffer> captureSnapshot() {
        List<StreamState> states = new ArrayList<>(byTopic.values());
        Set<TopicId> toAnnounce = Set.copyOf(unannounced);
        List<TopicId> toForget = List.copyOf(unforgotten);
        List<CapturedGroup> ofStreams = new ArrayList<>();
        groups.forEach((topicId, known) ->
                known.values().forEach(group -> ofStreams.add(new CapturedGroup(topicId, group.capture()))));
        byte[] remembered = once.capture();
        return () -> {
            // Equal states have equal bytes, whatever happened before.
            states.sort(Comparator.comparing(StreamState::topicId));
            return written(states, toAnnounce, toForget, ofStreams, remembered);
        };
    }

    private record CapturedGroup(TopicId topicId, EntryGroupSnapshot group) {}

    private static ByteBuffer written(
            List<StreamState> states,
            Set<TopicId> toAnnounce,
            List<TopicId> toForget,
            List<CapturedGroup> ofStreams,
            byte[] remembered) {
        ByteWriter writer = new ByteWriter();
        writer.putByte(FORMAT).putInt(states.size());
        for (StreamState state : states) {
            StreamEventCodec.putKey(writer.putId(state.topicId()), state.key());
            writer.putByte(toAnnounce.contains(state.topicId()) ? 0 : 1);
            writer.putLong(state.firstOffset()).putLong(state.endOffset());
            StreamEventCodec.putEntryId(writer, state.lastId());
            StreamEventCodec.putEntryId(writer, state.maxDeletedId());
            writer.putLong(state.entriesAdded()).putLong(state.expiresWallMs());
            OffsetRuns.write(writer, state.deleted());
        }
        writer.putInt(toForget.size());
        toForget.forEach(writer::putId);
        writer.putInt(ofStreams.size());
        ofStreams.forEach(
                each -> writer.putId(each.topicId()).putBytes(each.group().write()));
        return writer.putBytes(remembered).toBuffer();
    }

    @Override
    public void restore(ByteBuffer snapshot) {
        ByteReader reader = new ByteReader(snapshot);
        int format = reader.getByte();
        check(
                format >= FORMAT_WITHOUT_GROUPS && format <= FORMAT,
                "streams snapshot of format %s, this version knows %s",
                format,
                FORMAT);
        isReplaced = true;
        byKey.clear();
        byTopic.clear();
        unannounced.clear();
        unforgotten.clear();
        groups.clear();
        once.clear();
        int streamCount = reader.getCount(STREAM_BYTES_LEAST);
        for (int i = 0; i < streamCount; i++) {
            read(reader, format);
        }
        int unforgottenCount = reader.getCount(TopicId.LENGTH_BYTES);
        for (int i = 0; i < unforgottenCount; i++) {
            unforgotten.add(reader.getId());
        }
        int groupCount = format == FORMAT_WITHOUT_GROUPS ? 0 : reader.getCount(TopicId.LENGTH_BYTES + Integer.BYTES);
        for (int i = 0; i < groupCount; i++) {
            TopicId topicId = reader.getId();
            put(topicId, EntryGroupSnapshot.read(reader.getBytes()));
        }
        if (format > FORMAT_WITHOUT_ONCE) {
            once.read(new ByteReader(ByteBuffer.wrap(reader.getBytes())));
        }
    }

    private void read(ByteReader reader, int format) {
        TopicId topicId = sameIds.apply(reader.getId());
        StreamKey key = StreamEventCodec.getKey(reader);
        if (reader.getByte() == 0) {
            unannounced.add(topicId);
        }
        long firstOffset = reader.getLong();
        long endOffset = reader.getLong();
        var lastId = StreamEventCodec.getEntryId(reader);
        var maxDeletedId = StreamEventCodec.getEntryId(reader);
        long entriesAdded = reader.getLong();
        long expiresWallMs = reader.getLong();
        OffsetSet deleted = format > FORMAT_WITHOUT_RUNS
                ? OffsetRuns.read(reader, endOffset)
                : OffsetSet.EMPTY.with(StreamEventCodec.getOffsets(reader));
        put(new StreamState(
                key, topicId, firstOffset, endOffset, lastId, maxDeletedId, entriesAdded, expiresWallMs, deleted));
    }
}
