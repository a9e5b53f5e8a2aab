package io.sluice.replication;

import io.sluice.common.TopicId;
import java.nio.ByteBuffer;

/**
 * Bytes of an entry's body. Version 1:
 *
 * <pre>
 *  entry   0 apply version 1 | 1 zero 3 | 4 item count 4 | 8 shard time in ms 8 | 16 items
 *  item    0 type 1 | 1 zero 3 | 4 length of what follows 4 | 8 content
 *  append  0 partition 4 | 4 topic id 16 | 20 record batch
 *  event   0 machine 4 | 4 event
 *  control 0 see {@link ControlCodec}
 *  import  as append; base offset and leader epoch of the batch are those that it had in another shard
 *  produce as append; whoever sent it can be asked to send it again
 * </pre>
 *
 * A leader's first entry of a term has no items.
 */
final class EntryLayout {
    static final byte APPLY_VERSION = 1;
    static final int ITEM_COUNT = 4;
    static final int TIME = 8;
    static final int HEADER_BYTES = 16;
    static final int ITEM_HEADER_BYTES = 8;
    static final int APPEND_HEADER_BYTES = 20;
    static final int EVENT_HEADER_BYTES = 4;

    static final byte APPEND = 1;
    static final byte EVENT = 2;
    static final byte CONTROL = 3;
    static final byte IMPORT = 4;
    static final byte PRODUCE = 5;

    private EntryLayout() {}

    static void putHeader(ByteBuffer memory, int position, int itemCount, long timeMs) {
        memory.putInt(position, APPLY_VERSION << 24);
        memory.putInt(position + ITEM_COUNT, itemCount);
        memory.putLong(position + TIME, timeMs);
    }

    static void putItemHeader(ByteBuffer memory, int position, byte type, int lengthBytes) {
        memory.putInt(position, type << 24);
        memory.putInt(position + 4, lengthBytes);
    }

    static void putAppend(ByteBuffer memory, int position, TopicId topicId, int partition, ByteBuffer batch) {
        putBatch(memory, position, APPEND, topicId, partition, batch);
    }

    static void putBatch(ByteBuffer memory, int position, byte type, TopicId topicId, int partition, ByteBuffer batch) {
        putItemHeader(memory, position, type, APPEND_HEADER_BYTES + batch.remaining());
        int content = position + ITEM_HEADER_BYTES;
        memory.putInt(content, partition);
        memory.putLong(content + 4, topicId.high());
        memory.putLong(content + 12, topicId.low());
        memory.put(content + APPEND_HEADER_BYTES, batch, batch.position(), batch.remaining());
    }

    static TopicId topicId(ByteBuffer memory, int content) {
        return new TopicId(memory.getLong(content + 4), memory.getLong(content + 12));
    }
}
