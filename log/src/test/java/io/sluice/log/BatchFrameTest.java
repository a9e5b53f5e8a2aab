package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchRewriter;
import io.sluice.log.batch.Compression;
import io.sluice.log.batch.RecordCursor;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BatchFrameTest {
    private static final long HORIZON_MS = 1_800_000_000_000L;

    /** Of small records, one of them without a value: compaction gives it a horizon, and each record five bytes more. */
    private static ByteBuffer largestBatchWithATombstone() {
        byte[] key = {1};
        BatchBuilder builder = new BatchBuilder(Compression.NONE).add(1, key, null);
        while (builder.sizeBytes() < RecordCursor.RECORD_BYTES_MAX - 64) {
            builder.add(1, key, key);
        }
        return builder.build();
    }

    @Test
    void aBatchThatGrewByItsHorizonIsStillOneToRead() {
        ByteBuffer batch = largestBatchWithATombstone();

        ByteBuffer rewritten = new BatchRewriter().rewrite(batch, record -> true, HORIZON_MS);

        assertThat(rewritten.remaining()).isGreaterThan(RecordCursor.RECORD_BYTES_MAX);
        assertThat(BatchFrame.problem(rewritten, 0, rewritten.remaining(), 0, BatchHeader.recordCount(rewritten, 0)))
                .isNull();
        RecordCursor cursor = new RecordCursor();
        cursor.open(rewritten, 0, Long.MAX_VALUE);
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.timestampMs()).isEqualTo(1);
    }
}
