package io.sluice.broker.stream;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.StreamKey;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.stream.StreamEvent.Announced;
import io.sluice.broker.stream.StreamEvent.Changed;
import io.sluice.broker.stream.StreamEvent.Forgotten;
import io.sluice.broker.stream.StreamEvent.Made;
import io.sluice.broker.stream.StreamEvent.Removed;
import io.sluice.broker.stream.StreamEvent.Renamed;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.StateMachine;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
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

    private static final int FORMAT = 1;
    private static final int STREAM_BYTES_LEAST = TopicId.LENGTH_BYTES + 3 * Integer.BYTES + 8 * Long.BYTES + 1;

    private final Map<StreamKey, StreamState> byKey = new HashMap<>();
    private final TreeMap<TopicId, StreamKey> keysByTopic = new TreeMap<>();
    private final TreeSet<TopicId> unannounced = new TreeSet<>();
    private final TreeSet<TopicId> unforgotten = new TreeSet<>();
    private final GatheredEntries gathered = new GatheredEntries();
    private final Expiries expiries = new Expiries();
    private volatile StreamNews news = StreamNews.NOBODY;

    /** Without streams. */
    StreamMachine() {}

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
        StreamKey key = keysByTopic.get(topicId);
        return key == null ? null : byKey.get(key);
    }

    Collection<StreamState> all() {
        return byKey.values();
    }

    int count() {
        return byKey.size();
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
            case Removed removed -> remove(known(before, removed), undo);
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
        byKey.put(before.key(), after);
        undo.add(() -> {
            byKey.put(before.key(), before);
            gathered.cutTo(before.topicId(), before.endOffset());
        });
    }

    private void remove(StreamState before, UndoLog undo) {
        take(before.key());
        unforgotten.add(before.topicId());
        undo.add(() -> {
            unforgotten.remove(before.topicId());
            put(before);
        });
        if (unannounced.remove(before.topicId())) {
            undo.add(() -> unannounced.add(before.topicId()));
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
        keysByTopic.put(state.topicId(), state.key());
    }

    private void take(StreamKey key) {
        StreamState taken = byKey.remove(key);
        check(taken != null, "there is no key %s", key);
        if (taken != null) {
            keysByTopic.remove(taken.topicId());
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
        news.leading(nowMs);
    }

    @Override
    public long nextDeadlineMs() {
        return expiries.nextMs();
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
        List<StreamState> states = new ArrayList<>(keysByTopic.size());
        for (StreamKey key : keysByTopic.values()) {
            StreamState state = byKey.get(key);
            check(state != null, "there is no key %s", key);
            states.add(state);
        }
        Set<TopicId> toAnnounce = Set.copyOf(unannounced);
        List<TopicId> toForget = List.copyOf(unforgotten);
        return () -> written(states, toAnnounce, toForget);
    }

    private static ByteBuffer written(List<StreamState> states, Set<TopicId> toAnnounce, List<TopicId> toForget) {
        ByteWriter writer = new ByteWriter();
        writer.putByte(FORMAT).putInt(states.size());
        for (StreamState state : states) {
            StreamEventCodec.putKey(writer.putId(state.topicId()), state.key());
            writer.putByte(toAnnounce.contains(state.topicId()) ? 0 : 1);
            writer.putLong(state.firstOffset()).putLong(state.endOffset());
            StreamEventCodec.putEntryId(writer, state.lastId());
            StreamEventCodec.putEntryId(writer, state.maxDeletedId());
            writer.putLong(state.entriesAdded()).putLong(state.expiresWallMs());
            writer.putInt(Math.toIntExact(state.deleted().count()));
            state.deleted().forEach(writer::putLong);
        }
        writer.putInt(toForget.size());
        toForget.forEach(writer::putId);
        return writer.toBuffer();
    }

    @Override
    public void restore(ByteBuffer snapshot) {
        ByteReader reader = new ByteReader(snapshot);
        int format = reader.getByte();
        check(format == FORMAT, "streams snapshot of format %s, this version knows %s", format, FORMAT);
        byKey.clear();
        keysByTopic.clear();
        unannounced.clear();
        unforgotten.clear();
        int streamCount = reader.getCount(STREAM_BYTES_LEAST);
        for (int i = 0; i < streamCount; i++) {
            read(reader);
        }
        int unforgottenCount = reader.getCount(TopicId.LENGTH_BYTES);
        for (int i = 0; i < unforgottenCount; i++) {
            unforgotten.add(reader.getId());
        }
    }

    private void read(ByteReader reader) {
        TopicId topicId = reader.getId();
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
        OffsetSet deleted = OffsetSet.EMPTY.with(StreamEventCodec.getOffsets(reader));
        put(new StreamState(
                key, topicId, firstOffset, endOffset, lastId, maxDeletedId, entriesAdded, expiresWallMs, deleted));
    }
}
