package io.sluice.broker;

import io.sluice.broker.api.Partition;
import io.sluice.common.SharedBuffer;
import io.sluice.log.ReadSink;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.batch.RecordCursor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a reader sees of a partition: "offset:value" of each record. */
final class RecordsSeen implements ReadSink {
    private final List<ByteBuffer> pieces = new ArrayList<>();

    static List<String> from(Partition partition, long offset) {
        List<String> seen = new ArrayList<>();
        long next = offset;
        while (next < partition.endOffset()) {
            RecordsSeen sink = new RecordsSeen();
            long after = partition.readBlocking(next, 64 * 1024, true, sink);
            if (after <= next) {
                throw new AssertionError("no progress at " + next + " of " + partition.endOffset());
            }
            seen.addAll(sink.records());
            next = after;
        }
        return seen;
    }

    static List<String> inTail(Partition partition, long offset) {
        RecordsSeen sink = new RecordsSeen();
        partition.readMemory(offset, 64 * 1024, true, sink);
        return sink.records();
    }

    @Override
    public ByteBuffer reserve(int lengthBytes) {
        ByteBuffer piece = ByteBuffer.allocate(lengthBytes);
        pieces.add(piece);
        return piece;
    }

    @Override
    public void share(ByteBuffer bytes, SharedBuffer owner) {
        reserve(bytes.remaining()).put(bytes.duplicate());
    }

    List<String> records() {
        ByteBuffer all = ByteBuffer.allocate(
                pieces.stream().mapToInt(ByteBuffer::capacity).sum());
        pieces.forEach(piece -> all.put(piece.array()));
        all.flip();
        List<String> records = new ArrayList<>();
        try (RecordCursor cursor = new RecordCursor()) {
            for (int position = 0; position < all.limit(); position += BatchLayout.sizeBytes(all, position)) {
                cursor.open(all, position, 1 << 20);
                while (cursor.next()) {
                    ByteBuffer value = cursor.bytes().slice(cursor.valuePosition(), cursor.valueLength());
                    records.add(cursor.offset() + ":" + StandardCharsets.UTF_8.decode(value));
                }
            }
        }
        return records;
    }
}
