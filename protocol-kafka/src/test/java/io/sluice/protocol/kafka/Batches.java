package io.sluice.protocol.kafka;

import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.Compression;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;

/** Record batches as clients build them, and what answers bring back. */
final class Batches {
    static final long TIME_MS = 1_700_000_000_000L;

    private Batches() {}

    /** One batch; the n-th record is n ms after {@link #TIME_MS}. */
    static ByteBuffer of(String... values) {
        return builder(values).build();
    }

    static BatchBuilder builder(String... values) {
        BatchBuilder builder = new BatchBuilder(Compression.NONE);
        for (int i = 0; i < values.length; i++) {
            builder.add(TIME_MS + i, null, values[i].getBytes(StandardCharsets.UTF_8));
        }
        return builder;
    }

    static MemoryRecords records(ByteBuffer... batches) {
        int length = 0;
        for (ByteBuffer batch : batches) {
            length += batch.remaining();
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (ByteBuffer batch : batches) {
            all.put(batch.duplicate());
        }
        return MemoryRecords.readableRecords(all.flip());
    }

    /** "offset:value" of every record, whether the client would show it or not. */
    static List<String> read(BaseRecords records) {
        List<String> read = new ArrayList<>();
        ((MemoryRecords) records)
                .records()
                .forEach(record -> read.add(record.offset() + ":" + StandardCharsets.UTF_8.decode(record.value())));
        return read;
    }
}
