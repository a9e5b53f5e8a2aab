package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.OnceFigures;
import io.sluice.broker.api.OnceLimits;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.replication.runtime.UndoLog;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of one stream were added under ids of their producers: of each producer the newest so many, for so long.
 * Owner: the shard's apply thread.
 */
final class RememberedIds {
    /** Of one stream not more, whatever its limits. */
    static final int TRACKED_MAX = 500_000;

    private static final int ID_BYTES = Fingerprint.LENGTH_BYTES + 3 * Long.BYTES;

    private TreeMap<Fingerprint, SequencedMap<Fingerprint, Added>> producers = new TreeMap<>();
    private OnceLimits limits = OnceLimits.STANDARD;
    private long tracked;
    private long added;
    private long repeated;

    /** Under which id, and when. */
    private record Added(EntryId id, long wallMs) {}

    OnceLimits limits() {
        return limits;
    }

    boolean isFull() {
        return tracked >= TRACKED_MAX;
    }

    long tracked() {
        return tracked;
    }

    OnceFigures figures() {
        return new OnceFigures(limits, producers.size(), tracked, added, repeated);
    }

    /** The id that the entry got, if that is remembered at this time. */
    Optional<EntryId> find(OnceKey key, long wallMs) {
        Map<Fingerprint, Added> ids = producers.get(key.producer());
        Added known = ids == null ? null : ids.get(key.entry());
        return known == null || isOver(known, wallMs) ? Optional.empty() : Optional.of(known.id());
    }

    private boolean isOver(Added one, long wallMs) {
        return one.wallMs() + limits.durationMs() <= wallMs;
    }

    /** When the oldest of them was added; {@link Long#MAX_VALUE} if there are none. */
    long oldestMs() {
        long oldest = Long.MAX_VALUE;
        for (SequencedMap<Fingerprint, Added> ids : producers.values()) {
            oldest = Math.min(oldest, ids.firstEntry().getValue().wallMs());
        }
        return oldest;
    }

    /** Other limits, with nothing remembered. */
    void limit(OnceLimits newLimits, UndoLog undo) {
        var producersBefore = producers;
        OnceLimits limitsBefore = limits;
        long trackedBefore = tracked;
        producers = new TreeMap<>();
        limits = newLimits;
        tracked = 0;
        undo.add(() -> {
            producers = producersBefore;
            limits = limitsBefore;
            tracked = trackedBefore;
        });
    }

    void repeated(UndoLog undo) {
        repeated++;
        undo.add(() -> repeated--);
    }

    /** One more, the newest; the oldest of the producer go. */
    void add(OnceKey key, EntryId id, long wallMs, UndoLog undo) {
        drop(key.producer(), wallMs - limits.durationMs(), undo);
        SequencedMap<Fingerprint, Added> before = producers.get(key.producer());
        boolean isThere = before != null && before.containsKey(key.entry());
        if (before == null || isThere) {
            // A clock that was set back leaves one in the middle whose time is over.
            SequencedMap<Fingerprint, Added> fresh = isThere ? new LinkedHashMap<>(before) : new LinkedHashMap<>();
            replace(key.producer(), before, fresh, undo);
            tracked -= fresh.remove(key.entry()) == null ? 0 : 1;
        }
        SequencedMap<Fingerprint, Added> ids = producers.get(key.producer());
        if (ids == null) {
            return;
        }
        ids.put(key.entry(), new Added(id, wallMs));
        tracked++;
        added++;
        undo.add(() -> {
            ids.remove(key.entry());
            tracked--;
            added--;
        });
        while (ids.size() > limits.idsMax()) {
            dropFirst(ids, undo);
        }
    }

    private void replace(
            Fingerprint producer,
            @Nullable SequencedMap<Fingerprint, Added> before,
            SequencedMap<Fingerprint, Added> fresh,
            UndoLog undo) {
        long trackedBefore = tracked;
        producers.put(producer, fresh);
        undo.add(() -> {
            tracked = trackedBefore;
            if (before == null) {
                producers.remove(producer);
            } else {
                producers.put(producer, before);
            }
        });
    }

    private void dropFirst(SequencedMap<Fingerprint, Added> ids, UndoLog undo) {
        Map.Entry<Fingerprint, Added> first = ids.pollFirstEntry();
        tracked--;
        undo.add(() -> {
            ids.putFirst(first.getKey(), first.getValue());
            tracked++;
        });
    }

    /** Forgets what was added at that time or before. */
    void forget(long wallMs, UndoLog undo) {
        Deque<Fingerprint> all = new ArrayDeque<>(producers.keySet());
        all.forEach(producer -> drop(producer, wallMs, undo));
    }

    private void drop(Fingerprint producer, long wallMs, UndoLog undo) {
        SequencedMap<Fingerprint, Added> ids = producers.get(producer);
        if (ids == null) {
            return;
        }
        while (!ids.isEmpty() && ids.firstEntry().getValue().wallMs() <= wallMs) {
            dropFirst(ids, undo);
        }
        if (ids.isEmpty()) {
            producers.remove(producer);
            undo.add(() -> producers.put(producer, ids));
        }
    }

    void write(ByteWriter writer) {
        writer.putInt(limits.durationSeconds()).putInt(limits.idsMax());
        writer.putLong(added).putLong(repeated);
        writer.putInt(producers.size());
        producers.forEach((producer, ids) -> {
            put(writer, producer);
            writer.putInt(ids.size());
            ids.forEach((entry, one) -> {
                put(writer, entry);
                StreamEventCodec.putEntryId(writer, one.id());
                writer.putLong(one.wallMs());
            });
        });
    }

    static RememberedIds read(ByteReader reader) {
        RememberedIds read = new RememberedIds();
        int durationSeconds = reader.getInt();
        read.limits = new OnceLimits(durationSeconds, reader.getInt());
        read.added = reader.getLong();
        read.repeated = reader.getLong();
        int producerCount = reader.getCount(Fingerprint.LENGTH_BYTES + Integer.BYTES);
        for (int i = 0; i < producerCount; i++) {
            SequencedMap<Fingerprint, Added> ids = new LinkedHashMap<>();
            read.producers.put(get(reader), ids);
            int count = reader.getCount(ID_BYTES);
            for (int j = 0; j < count; j++) {
                Fingerprint entry = get(reader);
                EntryId id = StreamEventCodec.getEntryId(reader);
                ids.put(entry, new Added(id, reader.getLong()));
            }
            read.tracked += count;
        }
        return read;
    }

    static void put(ByteWriter writer, Fingerprint fingerprint) {
        writer.putLong(fingerprint.high()).putLong(fingerprint.low());
    }

    static Fingerprint get(ByteReader reader) {
        long high = reader.getLong();
        return new Fingerprint(high, reader.getLong());
    }
}
