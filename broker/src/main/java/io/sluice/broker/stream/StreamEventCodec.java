package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.OnceLimits;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.stream.StreamEvent.Announced;
import io.sluice.broker.stream.StreamEvent.Changed;
import io.sluice.broker.stream.StreamEvent.Cleared;
import io.sluice.broker.stream.StreamEvent.Copied;
import io.sluice.broker.stream.StreamEvent.Flushed;
import io.sluice.broker.stream.StreamEvent.Forgotten;
import io.sluice.broker.stream.StreamEvent.GroupChanged;
import io.sluice.broker.stream.StreamEvent.GroupGone;
import io.sluice.broker.stream.StreamEvent.GroupMade;
import io.sluice.broker.stream.StreamEvent.Made;
import io.sluice.broker.stream.StreamEvent.OnceAdded;
import io.sluice.broker.stream.StreamEvent.OnceForgotten;
import io.sluice.broker.stream.StreamEvent.OnceLimited;
import io.sluice.broker.stream.StreamEvent.OnceRepeated;
import io.sluice.broker.stream.StreamEvent.Removed;
import io.sluice.broker.stream.StreamEvent.Renamed;
import io.sluice.broker.stream.StreamEvent.Swapped;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.TopicId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Events to bytes and back; the layout stands in the package's description. */
final class StreamEventCodec {
    private static final int MADE = 1;
    private static final int CHANGED = 2;
    private static final int REMOVED = 3;
    private static final int RENAMED = 4;
    private static final int ANNOUNCED = 5;
    private static final int FORGOTTEN = 6;
    private static final int GROUP_MADE = 7;
    private static final int GROUP_GONE = 8;
    private static final int GROUP_CHANGED = 9;
    private static final int ONCE_LIMITED = 10;
    private static final int ONCE_ADDED = 11;
    private static final int ONCE_REPEATED = 12;
    private static final int ONCE_FORGOTTEN = 13;
    private static final int SWAPPED = 14;
    private static final int COPIED = 15;
    private static final int FLUSHED = 16;
    private static final int CLEARED = 17;

    private StreamEventCodec() {}

    static ByteBuffer encode(StreamEvent event) {
        ByteWriter writer = new ByteWriter();
        switch (event) {
            case Made made -> putKey(writer.putByte(MADE).putId(made.topicId()), made.key());
            case Changed changed -> putChanged(writer.putByte(CHANGED), changed);
            case Cleared cleared ->
                writer.putByte(CLEARED).putId(cleared.topicId()).putLong(cleared.endOffset());
            case Removed removed -> writer.putByte(REMOVED).putId(removed.topicId());
            case Flushed flushed -> {
                writer.putByte(FLUSHED)
                        .putId(flushed.topicId())
                        .putInt(flushed.databases().size());
                flushed.databases().forEach(writer::putInt);
            }
            case Renamed renamed -> putKey(writer.putByte(RENAMED).putId(renamed.topicId()), renamed.key());
            case Announced announced -> writer.putByte(ANNOUNCED).putId(announced.topicId());
            case Forgotten forgotten -> writer.putByte(FORGOTTEN).putId(forgotten.topicId());
            case GroupMade group -> {
                writer.putByte(GROUP_MADE).putId(group.topicId()).putText(group.group());
                putEntryId(writer, group.lastId());
                writer.putLong(group.nextOffset()).putLong(group.entriesRead());
            }
            case GroupGone group ->
                writer.putByte(GROUP_GONE).putId(group.topicId()).putText(group.group());
            case GroupChanged group ->
                writer.putByte(GROUP_CHANGED)
                        .putId(group.topicId())
                        .putText(group.group())
                        .putBytes(group.changes());
            case StreamEvent.OfOnce once -> putOnce(writer, once);
            case Copied copied ->
                putKey(writer.putByte(COPIED).putId(copied.topicId()).putId(copied.source()), copied.key());
            case Swapped swapped ->
                writer.putByte(SWAPPED)
                        .putId(swapped.topicId())
                        .putInt(swapped.first())
                        .putInt(swapped.second());
        }
        return writer.toBuffer();
    }

    private static void putOnce(ByteWriter writer, StreamEvent.OfOnce event) {
        switch (event) {
            case OnceLimited limited ->
                writer.putByte(ONCE_LIMITED)
                        .putId(limited.topicId())
                        .putInt(limited.limits().durationSeconds())
                        .putInt(limited.limits().idsMax());
            case OnceAdded added -> {
                writer.putByte(ONCE_ADDED).putId(added.topicId());
                RememberedIds.put(writer, added.key().producer());
                RememberedIds.put(writer, added.key().entry());
                putEntryId(writer, added.id());
                writer.putLong(added.wallMs());
            }
            case OnceRepeated repeated -> writer.putByte(ONCE_REPEATED).putId(repeated.topicId());
            case OnceForgotten forgotten ->
                writer.putByte(ONCE_FORGOTTEN).putId(forgotten.topicId()).putLong(forgotten.wallMs());
        }
    }

    private static void putChanged(ByteWriter writer, Changed changed) {
        writer.putId(changed.topicId()).putLong(changed.firstOffset()).putLong(changed.endOffset());
        putEntryId(writer, changed.lastId());
        putEntryId(writer, changed.maxDeletedId());
        writer.putLong(changed.entriesAdded()).putLong(changed.expiresWallMs());
        putOffsets(writer, changed.deleted());
    }

    static StreamEvent decode(ByteBuffer event) {
        ByteReader reader = new ByteReader(event);
        int type = reader.getByte();
        TopicId topicId = reader.getId();
        return switch (type) {
            case MADE -> new Made(topicId, getKey(reader));
            case CHANGED -> getChanged(topicId, reader);
            case CLEARED -> new Cleared(topicId, reader.getLong());
            case REMOVED -> new Removed(topicId);
            case FLUSHED -> getFlushed(reader);
            case RENAMED -> new Renamed(topicId, getKey(reader));
            case ANNOUNCED -> new Announced(topicId);
            case FORGOTTEN -> new Forgotten(topicId);
            case GROUP_MADE -> getGroup(topicId, reader);
            case GROUP_GONE -> new GroupGone(topicId, reader.getText());
            case GROUP_CHANGED -> new GroupChanged(topicId, reader.getText(), ByteBuffer.wrap(reader.getBytes()));
            case ONCE_LIMITED -> {
                int durationSeconds = reader.getInt();
                yield new OnceLimited(topicId, new OnceLimits(durationSeconds, reader.getInt()));
            }
            case ONCE_ADDED -> getOnceAdded(topicId, reader);
            case ONCE_REPEATED -> new OnceRepeated(topicId);
            case ONCE_FORGOTTEN -> new OnceForgotten(topicId, reader.getLong());
            case SWAPPED -> {
                int first = reader.getInt();
                yield new Swapped(first, reader.getInt());
            }
            case COPIED -> {
                TopicId source = reader.getId();
                yield new Copied(topicId, source, getKey(reader));
            }
            default -> throw new BrokenInvariantException("stream event of unknown type " + type);
        };
    }

    private static Changed getChanged(TopicId topicId, ByteReader reader) {
        long firstOffset = reader.getLong();
        long endOffset = reader.getLong();
        EntryId lastId = getEntryId(reader);
        EntryId maxDeletedId = getEntryId(reader);
        long entriesAdded = reader.getLong();
        long expiresWallMs = reader.getLong();
        long[] deleted = getOffsets(reader);
        return new Changed(topicId, firstOffset, endOffset, lastId, maxDeletedId, entriesAdded, expiresWallMs, deleted);
    }

    private static Flushed getFlushed(ByteReader reader) {
        List<Integer> databases = new ArrayList<>();
        for (int left = reader.getCount(Integer.BYTES); left > 0; left--) {
            databases.add(reader.getInt());
        }
        return new Flushed(databases);
    }

    private static GroupMade getGroup(TopicId topicId, ByteReader reader) {
        String group = reader.getText();
        EntryId lastId = getEntryId(reader);
        long nextOffset = reader.getLong();
        return new GroupMade(topicId, group, lastId, nextOffset, reader.getLong());
    }

    private static OnceAdded getOnceAdded(TopicId topicId, ByteReader reader) {
        Fingerprint producer = RememberedIds.get(reader);
        OnceKey key = new OnceKey(producer, RememberedIds.get(reader));
        EntryId id = getEntryId(reader);
        return new OnceAdded(topicId, key, id, reader.getLong());
    }

    static void putKey(ByteWriter writer, StreamKey key) {
        writer.putInt(key.database()).putBytes(key.name());
    }

    static StreamKey getKey(ByteReader reader) {
        int database = reader.getInt();
        return new StreamKey(database, reader.getBytes());
    }

    static void putEntryId(ByteWriter writer, EntryId id) {
        writer.putLong(id.ms()).putLong(id.seq());
    }

    static EntryId getEntryId(ByteReader reader) {
        long ms = reader.getLong();
        long seq = reader.getLong();
        return ms == 0 && seq == 0 ? EntryId.ZERO : new EntryId(ms, seq);
    }

    static void putOffsets(ByteWriter writer, long[] offsets) {
        writer.putInt(offsets.length);
        for (long offset : offsets) {
            writer.putLong(offset);
        }
    }

    static long[] getOffsets(ByteReader reader) {
        long[] offsets = new long[reader.getCount(Long.BYTES)];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = reader.getLong();
        }
        return offsets;
    }
}
