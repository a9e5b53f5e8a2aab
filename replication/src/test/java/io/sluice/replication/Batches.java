package io.sluice.replication;

import io.sluice.common.SharedBuffer;
import io.sluice.log.ReadSink;
import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.Compression;
import io.sluice.log.batch.RecordCursor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.Checksum;

/** Batches for tests, and what a reader sees of them. */
final class Batches {
    private Batches() {}

    static ByteBuffer of(String... values) {
        BatchBuilder builder = new BatchBuilder(Compression.NONE);
        for (String value : values) {
            builder.add(1_000, null, value.getBytes(StandardCharsets.UTF_8));
        }
        return builder.build();
    }

    static ByteBuffer ofProducer(long producerId, int epoch, int sequence, String... values) {
        BatchBuilder builder = new BatchBuilder(Compression.NONE).producer(producerId, (short) epoch, sequence);
        for (String value : values) {
            builder.add(1_000, null, value.getBytes(StandardCharsets.UTF_8));
        }
        return builder.build();
    }

    /** One record. */
    static ByteBuffer keyed(String key, String value) {
        return new BatchBuilder(Compression.NONE)
                .add(1_000, key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8))
                .build();
    }

    /** All records there are, as key=value by their offsets. */
    static SortedMap<Long, String> readKeyed(PartitionReplica replica) {
        SortedMap<Long, String> records = new TreeMap<>();
        long offset = replica.startOffset();
        while (offset < replica.endOffset()) {
            Collector collector = new Collector();
            long next = replica.readBlocking(offset, 64 * 1024, true, collector);
            collector.forEach(record -> records.put(
                    record.offset(),
                    text(record, record.keyPosition(), record.keyLength()) + "="
                            + text(record, record.valuePosition(), record.valueLength())));
            if (next <= offset) {
                throw new AssertionError("no progress at " + offset + " of " + replica.endOffset());
            }
            offset = next;
        }
        return records;
    }

    private static String text(RecordCursor record, int position, int lengthBytes) {
        return StandardCharsets.UTF_8
                .decode(record.bytes().slice(position, lengthBytes))
                .toString();
    }

    /** All values from the start to the end, each at the index of its offset less the start. */
    static List<String> readAll(PartitionReplica replica) {
        List<String> values = new ArrayList<>();
        long offset = replica.startOffset();
        while (offset < replica.endOffset()) {
            Collector collector = new Collector();
            long next = replica.readBlocking(offset, 256 * 1024, true, collector);
            collector.addTo(values, replica.startOffset());
            if (next <= offset) {
                throw new AssertionError("no progress at " + offset + " of " + replica.endOffset());
            }
            offset = next;
        }
        return values;
    }

    /** Keeps a copy of all it gets. */
    static final class Collector implements ReadSink {
        private final List<ByteBuffer> pieces = new ArrayList<>();

        @Override
        public ByteBuffer reserve(int lengthBytes) {
            ByteBuffer piece = ByteBuffer.allocate(lengthBytes);
            pieces.add(piece);
            return piece;
        }

        @Override
        public void share(ByteBuffer bytes, SharedBuffer owner) {
            ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
            copy.put(bytes.duplicate());
            pieces.add(copy);
        }

        /** The bytes as they came. */
        void addTo(Checksum checksum) {
            pieces.forEach(piece -> checksum.update(piece.array()));
        }

        void addTo(List<String> values, long startOffset) {
            forEach(record -> add(values, record, startOffset));
        }

        /** All of them in one piece, position 0. */
        ByteBuffer whole() {
            int total = 0;
            for (ByteBuffer piece : pieces) {
                total += piece.capacity();
            }
            ByteBuffer all = ByteBuffer.allocate(total);
            pieces.forEach(piece -> all.put(piece.array()));
            return all.flip();
        }

        void forEach(Consumer<RecordCursor> visitor) {
            ByteBuffer all = whole();
            int position = 0;
            try (RecordCursor cursor = new RecordCursor()) {
                while (position < all.limit()) {
                    cursor.open(all, position, 1 << 20);
                    while (cursor.next()) {
                        visitor.accept(cursor);
                    }
                    position += 12 + all.getInt(position + 8);
                }
            }
        }

        private static void add(List<String> values, RecordCursor cursor, long startOffset) {
            if (cursor.offset() - startOffset != values.size()) {
                throw new AssertionError("offset " + cursor.offset() + " comes after " + values.size() + " records");
            }
            ByteBuffer value = cursor.bytes().slice(cursor.valuePosition(), cursor.valueLength());
            values.add(StandardCharsets.UTF_8.decode(value).toString());
        }
    }
}
