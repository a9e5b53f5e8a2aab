package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.junit.jupiter.api.Test;

final class RawBatchTest {
    @Test
    void aHandWrittenBatchIsWhatKafkaUnderstands() {
        byte[][] values = new byte[300][];
        for (int i = 0; i < values.length; i++) {
            values[i] = "value %d %s".formatted(i, "x".repeat(i)).getBytes(StandardCharsets.UTF_8);
        }
        RecordBatch batch = onlyBatch(RawBatch.of(values, 1_700_000_000_000L));
        assertThat(batch.isValid()).isTrue();
        assertThat(batch.countOrNull()).isEqualTo(values.length);
        int index = 0;
        for (Record record : batch) {
            byte[] value = new byte[record.valueSize()];
            record.value().get(value);
            assertThat(value).isEqualTo(values[index]);
            assertThat(record.offset()).isEqualTo(index);
            index++;
        }
        assertThat(index).isEqualTo(values.length);
    }

    @Test
    void aFilledBatchKeepsToItsSize() {
        ByteBuffer batch = RawBatch.filled(64 << 10, 100, 1_700_000_000_000L);
        assertThat(batch.remaining()).isBetween(60 << 10, 64 << 10);
        assertThat(onlyBatch(batch).isValid()).isTrue();
    }

    private static RecordBatch onlyBatch(ByteBuffer bytes) {
        return MemoryRecords.readableRecords(bytes).batches().iterator().next();
    }
}
