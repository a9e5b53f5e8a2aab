package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
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
import java.nio.ByteBuffer;

/** Events to bytes and back; the layout stands in the package's description. */
final class StreamEventCodec {
    private static final int MADE = 1;
    private static final int CHANGED = 2;
    private static final int REMOVED = 3;
    private static final int RENAMED = 4;
    private static final int ANNOUNCED = 5;
    private static final int FORGOTTEN = 6;

    private StreamEventCodec() {}

    static ByteBuffer encode(StreamEvent event) {
        ByteWriter writer = new ByteWriter();
        switch (event) {
            case Made made -> putKey(writer.putByte(MADE).putId(made.topicId()), made.key());
            case Changed changed -> putChanged(writer.putByte(CHANGED), changed);
            case Removed removed -> writer.putByte(REMOVED).putId(removed.topicId());
            case Renamed renamed -> putKey(writer.putByte(RENAMED).putId(renamed.topicId()), renamed.key());
            case Announced announced -> writer.putByte(ANNOUNCED).putId(announced.topicId());
            case Forgotten forgotten -> writer.putByte(FORGOTTEN).putId(forgotten.topicId());
        }
        return writer.toBuffer();
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
            case REMOVED -> new Removed(topicId);
            case RENAMED -> new Renamed(topicId, getKey(reader));
            case ANNOUNCED -> new Announced(topicId);
            case FORGOTTEN -> new Forgotten(topicId);
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
        return new EntryId(ms, reader.getLong());
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
