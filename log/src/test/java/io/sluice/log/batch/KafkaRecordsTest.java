package io.sluice.log.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kafka's own record classes as a second opinion, in every compression. */
class KafkaRecordsTest {
    private static final long NOW_MS = 1_700_000_000_000L;

    @ParameterizedTest
    @EnumSource(Compression.class)
    void aBatchThatKafkaBuiltIsAcceptedAndReadExactly(Compression compression) {
        List<SimpleRecord> sent = records(new Random(compression.id()));
        ByteBuffer batch = kafkaBatch(compression, sent);

        ErrorCode error = new BatchValidator().validateAndStamp(batch, BatchLimits.DEFAULT, NOW_MS);

        assertThat(error).isEqualTo(ErrorCode.NONE);
        assertThat(read(batch))
                .isEqualTo(sent.stream().map(KafkaRecordsTest::textOf).toList());
        assertThat(BatchHeader.recordCount(batch, 0)).isEqualTo(sent.size());
        assertThat(BatchHeader.lastOffset(batch, 0)).isEqualTo(sent.size() - 1);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void aBatchOfOursIsReadByKafka(Compression compression) {
        List<SimpleRecord> sent = records(new Random(100 + compression.id()));
        BatchBuilder builder =
                new BatchBuilder(compression).baseOffset(1_000).leaderEpoch(7).producer(42, (short) 3, 17);
        for (SimpleRecord record : sent) {
            List<RecordHeader> headers = new ArrayList<>();
            for (Header header : record.headers()) {
                headers.add(new RecordHeader(header.key(), header.value()));
            }
            builder.add(record.timestamp(), bytes(record.key()), bytes(record.value()), headers);
        }

        MemoryRecords read = MemoryRecords.readableRecords(builder.build());

        var batch = read.batches().iterator().next();
        batch.ensureValid();
        assertThat(batch.isValid()).isTrue();
        assertThat(batch.baseOffset()).isEqualTo(1_000);
        assertThat(batch.partitionLeaderEpoch()).isEqualTo(7);
        assertThat(batch.producerId()).isEqualTo(42);
        assertThat(batch.producerEpoch()).isEqualTo((short) 3);
        assertThat(batch.baseSequence()).isEqualTo(17);
        assertThat(batch.maxTimestamp())
                .isEqualTo(
                        sent.stream().mapToLong(SimpleRecord::timestamp).max().orElseThrow());
        List<String> texts = new ArrayList<>();
        long offset = 1_000;
        for (Record record : batch) {
            assertThat(record.offset()).isEqualTo(offset++);
            texts.add(textOf(new SimpleRecord(record)));
        }
        assertThat(texts).isEqualTo(sent.stream().map(KafkaRecordsTest::textOf).toList());
    }

    @Test
    void kafkaReadsABatchThatStandsForAGap() {
        MemoryRecords read = MemoryRecords.readableRecords(EmptyBatch.over(70, 99, 3));

        var batch = read.batches().iterator().next();
        batch.ensureValid();
        assertThat(batch.baseOffset()).isEqualTo(70);
        assertThat(batch.nextOffset()).isEqualTo(100);
        assertThat(batch.partitionLeaderEpoch()).isEqualTo(3);
        assertThat(batch.hasProducerId()).isFalse();
        assertThat(batch).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void kafkaReadsAStampedBatchWithTheBrokersTime(Compression compression) {
        ByteBuffer batch = kafkaBatch(compression, records(new Random(5)));
        BatchLimits limits = new BatchLimits(1 << 20, false, true, 0, 0);

        assertThat(new BatchValidator().validateAndStamp(batch, limits, NOW_MS)).isEqualTo(ErrorCode.NONE);

        var read = MemoryRecords.readableRecords(batch).batches().iterator().next();
        read.ensureValid();
        assertThat(read.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        for (Record record : read) {
            assertThat(record.timestamp()).isEqualTo(NOW_MS);
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void readingGoesOnBehindSkippedRecords(Compression compression) {
        List<SimpleRecord> sent = records(new Random(200 + compression.id()));
        ByteBuffer batch = kafkaBatch(compression, sent);
        List<String> all = read(batch);

        for (int skipped = 0; skipped <= all.size() + 1; skipped++) {
            assertThat(read(batch, skipped)).isEqualTo(all.subList(Math.min(skipped, all.size()), all.size()));
        }
    }

    private static List<SimpleRecord> records(Random random) {
        List<SimpleRecord> records = new ArrayList<>();
        int count = 1 + random.nextInt(40);
        for (int index = 0; index < count; index++) {
            RecordHeaders headers = new RecordHeaders();
            for (int header = random.nextInt(3); header > 0; header--) {
                headers.add("h" + header, random.nextInt(4) == 0 ? null : content(random, 20));
            }
            byte[] key = random.nextInt(3) == 0 ? null : content(random, 30);
            byte[] value = random.nextInt(9) == 0 ? null : content(random, random.nextInt(8) == 0 ? 40_000 : 300);
            long timestampMs = NOW_MS - random.nextInt(10_000);
            records.add(new SimpleRecord(timestampMs, key, value, headers.toArray()));
        }
        return records;
    }

    private static byte[] content(Random random, int lengthMax) {
        byte[] content = new byte[random.nextInt(lengthMax)];
        for (int at = 0; at < content.length; at++) {
            content[at] = (byte) ('a' + random.nextInt(6));
        }
        return content;
    }

    private static ByteBuffer kafkaBatch(Compression compression, List<SimpleRecord> records) {
        var codec = org.apache.kafka.common.compress.Compression.of(CompressionType.forId(compression.id()))
                .build();
        MemoryRecordsBuilder builder =
                MemoryRecords.builder(ByteBuffer.allocate(4 << 20), codec, TimestampType.CREATE_TIME, 0L);
        records.forEach(builder::append);
        ByteBuffer built = builder.build().buffer();
        ByteBuffer direct = ByteBuffer.allocateDirect(built.remaining());
        return direct.put(built).flip();
    }

    private static List<String> read(ByteBuffer batch) {
        return read(batch, 0);
    }

    private static List<String> read(ByteBuffer batch, int skipped) {
        List<String> texts = new ArrayList<>();
        try (RecordCursor cursor = new RecordCursor()) {
            cursor.open(batch, 0, 64 << 20);
            cursor.skipTo(skipped);
            while (cursor.next()) {
                StringBuilder headers = new StringBuilder();
                while (cursor.nextHeader()) {
                    headers.append(text(cursor.bytes(), cursor.headerKeyPosition(), cursor.headerKeyLength()))
                            .append('=')
                            .append(text(cursor.bytes(), cursor.headerValuePosition(), cursor.headerValueLength()))
                            .append(' ');
                }
                texts.add(cursor.timestampMs()
                        + "|" + text(cursor.bytes(), cursor.keyPosition(), cursor.keyLength())
                        + "|" + text(cursor.bytes(), cursor.valuePosition(), cursor.valueLength())
                        + "|" + headers);
            }
        }
        return texts;
    }

    private static String textOf(SimpleRecord record) {
        StringBuilder headers = new StringBuilder();
        Arrays.stream(record.headers())
                .forEach(header -> headers.append(header.key())
                        .append('=')
                        .append(header.value() == null ? "null" : new String(header.value(), StandardCharsets.UTF_8))
                        .append(' '));
        return record.timestamp() + "|" + text(record.key()) + "|" + text(record.value()) + "|" + headers;
    }

    private static String text(ByteBuffer bytes, int position, int length) {
        return length < 0 ? "null" : text(bytes.slice(position, length));
    }

    private static String text(@Nullable ByteBuffer bytes) {
        return bytes == null
                ? "null"
                : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
