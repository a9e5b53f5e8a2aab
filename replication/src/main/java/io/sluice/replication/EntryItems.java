package io.sluice.replication;

import io.sluice.common.TopicId;
import io.sluice.replication.runtime.EntryItem;
import java.nio.ByteBuffer;

/** What a state machine may put into the entry of its events. Any thread. */
public final class EntryItems {
    private EntryItems() {}

    /**
     * A record batch v2, checked by the caller, for a partition of the same shard that is open or opened by an item before it
     * in the entry. Its offset is decided at apply, as for every batch. The bytes, position 0 to limit, must not change.
     */
    public static EntryItem append(TopicId topicId, int partition, ByteBuffer batch) {
        return new Append(topicId, partition, batch);
    }

    /** A change of the shard's partition table. */
    public static EntryItem control(ControlEntry entry) {
        return new Control(ControlCodec.encode(entry));
    }

    private record Append(TopicId topicId, int partition, ByteBuffer batch) implements EntryItem {
        @Override
        public int lengthBytes() {
            return EntryLayout.ITEM_HEADER_BYTES + EntryLayout.APPEND_HEADER_BYTES + batch.remaining();
        }

        @Override
        public void write(ByteBuffer memory, int position) {
            EntryLayout.putAppend(memory, position, topicId, partition, batch);
        }
    }

    private record Control(ByteBuffer content) implements EntryItem {
        @Override
        public int lengthBytes() {
            return EntryLayout.ITEM_HEADER_BYTES + content.remaining();
        }

        @Override
        public void write(ByteBuffer memory, int position) {
            EntryLayout.putItemHeader(memory, position, EntryLayout.CONTROL, content.remaining());
            memory.put(position + EntryLayout.ITEM_HEADER_BYTES, content, content.position(), content.remaining());
        }
    }
}
