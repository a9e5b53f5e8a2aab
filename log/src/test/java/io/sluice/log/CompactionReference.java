package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.RecordCursor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** All that was ever appended to a log, naive on purpose, and what compaction may and must have taken from it. */
final class CompactionReference {
    private final long deleteRetentionMs;
    private final NavigableMap<Long, StoredBatch> batches = new TreeMap<>();
    private final Map<Long, Rec> records = new TreeMap<>();
    private final Map<Long, Long> newestOfProducer = new HashMap<>();
    private final Map<Long, Long> firstTriedMs = new HashMap<>();
    private final Map<Long, Long> firstDoneMs = new HashMap<>();
    private final Map<Long, Boolean> mustBeGone = new HashMap<>();
    private long cleanOffset;

    /** A record; value null for a tombstone. */
    record Rec(long offset, long timestampMs, String key, String value) {
        boolean isTombstone() {
            return value.equals("null");
        }
    }

    CompactionReference(long deleteRetentionMs) {
        this.deleteRetentionMs = deleteRetentionMs;
    }

    void append(StoredBatch batch) {
        batches.put(batch.baseOffset(), batch);
        if (BatchHeader.producerId(batch.bytes(), 0) >= 0) {
            newestOfProducer.put(BatchHeader.producerId(batch.bytes(), 0), batch.baseOffset());
        }
        if (!BatchHeader.isControl(batch.bytes(), 0)) {
            decode(ByteBuffer.wrap(Batches.committed(batch))).forEach(record -> records.put(record.offset(), record));
        }
    }

    boolean isLastOfProducer(long baseOffset) {
        return newestOfProducer.containsValue(baseOffset);
    }

    /** A pass begins that may see everything below the offset. */
    void trying(long endOffset, long nowMs) {
        records.values().stream()
                .filter(record -> record.offset() < endOffset)
                .forEach(record -> firstTriedMs.putIfAbsent(record.offset(), nowMs));
    }

    /** A pass came to its end. */
    void done(long reached, long nowMs) {
        assertThat(reached).as("compaction only comes further").isGreaterThanOrEqualTo(cleanOffset);
        cleanOffset = reached;
        for (Rec record : records.values()) {
            if (batches.floorEntry(record.offset()).getValue().lastOffset() < reached) {
                Long before = firstDoneMs.putIfAbsent(record.offset(), nowMs);
                if (before != null && before + deleteRetentionMs <= nowMs && record.isTombstone()) {
                    mustBeGone.put(record.offset(), true);
                }
            }
        }
    }

    /** A crash took a pass and records back. */
    void backTo(long endOffset, long checkpointedCleanOffset) {
        batches.keySet().removeIf(offset -> offset >= endOffset);
        records.keySet().removeIf(offset -> offset >= endOffset);
        newestOfProducer.clear();
        for (StoredBatch batch : batches.values()) {
            long producerId = BatchHeader.producerId(batch.bytes(), 0);
            if (producerId >= 0) {
                newestOfProducer.put(producerId, batch.baseOffset());
            }
        }
        firstTriedMs.keySet().removeIf(offset -> offset >= endOffset);
        cleanOffset = checkpointedCleanOffset;
        mustBeGone.clear();
        firstDoneMs.clear();
    }

    /** Holds what a read of everything gave against what was appended. */
    void check(List<ByteBuffer> read, long startOffset, long nowMs) {
        Map<Long, Rec> present = new TreeMap<>();
        long nextOffset = -1;
        for (ByteBuffer batch : read) {
            assertThat(BatchHeader.baseOffset(batch, 0)).isGreaterThanOrEqualTo(nextOffset);
            nextOffset = BatchHeader.lastOffset(batch, 0) + 1;
            checkFrame(batch);
            if (!BatchHeader.isControl(batch, 0)) {
                decode(batch).forEach(record -> present.put(record.offset(), record));
            }
        }
        Map<String, Long> newest = new HashMap<>();
        Map<String, Long> newestClean = new HashMap<>();
        for (Rec record : records.values()) {
            newest.put(record.key(), record.offset());
            if (record.offset() < cleanOffset) {
                newestClean.put(record.key(), record.offset());
            }
        }
        for (Rec record : records.values()) {
            boolean isReplaced = newest.get(record.key()) > record.offset();
            boolean isReplacedBelow = newestClean.getOrDefault(record.key(), -1L) > record.offset();
            if (present.containsKey(record.offset())) {
                assertThat(present.get(record.offset())).isEqualTo(record);
                assertThat(isReplacedBelow)
                        .as("%s stays though replaced", record)
                        .isFalse();
                assertThat(mustBeGone).as("tombstone past its time").doesNotContainKey(record.offset());
            } else if (record.offset() >= startOffset && !isReplaced) {
                assertThat(record.isTombstone()).as("%s is lost", record).isTrue();
                assertThat(firstTriedMs.get(record.offset()) + deleteRetentionMs)
                        .as("%s went too early", record)
                        .isLessThanOrEqualTo(nowMs);
            }
        }
        assertThat(records).containsAllEntriesOf(present);
        checkProducers(read, startOffset);
    }

    private void checkFrame(ByteBuffer batch) {
        StoredBatch original = batches.get(BatchHeader.baseOffset(batch, 0));
        assertThat(original).as("batch at %d", BatchHeader.baseOffset(batch, 0)).isNotNull();
        assertThat(BatchHeader.lastOffset(batch, 0)).isEqualTo(original.lastOffset());
        assertThat(BatchHeader.leaderEpoch(batch, 0)).isEqualTo(original.leaderEpoch());
        assertThat(BatchHeader.producerId(batch, 0)).isEqualTo(BatchHeader.producerId(original.bytes(), 0));
        assertThat(BatchHeader.lastSequence(batch, 0)).isEqualTo(BatchHeader.lastSequence(original.bytes(), 0));
        assertThat(BatchHeader.hasValidCrc(batch, 0)).isTrue();
        if (BatchHeader.recordCount(batch, 0) > 0) {
            assertThat(BatchHeader.compressionId(batch, 0)).isEqualTo(BatchHeader.compressionId(original.bytes(), 0));
        }
    }

    /** Control batches and each producer's newest batch stay. */
    private void checkProducers(List<ByteBuffer> read, long startOffset) {
        List<Long> bases =
                read.stream().map(batch -> BatchHeader.baseOffset(batch, 0)).toList();
        for (long newest : newestOfProducer.values()) {
            if (batches.get(newest).lastOffset() >= startOffset) {
                assertThat(bases).as("newest batches of producers").contains(newest);
            }
        }
        batches.values().stream()
                .filter(batch -> BatchHeader.isControl(batch.bytes(), 0) && batch.baseOffset() >= startOffset)
                .forEach(batch -> assertThat(bases).contains(batch.baseOffset()));
    }

    static List<Rec> decode(ByteBuffer batch) {
        List<Rec> decoded = new ArrayList<>();
        try (RecordCursor cursor = new RecordCursor()) {
            cursor.open(batch, 0, 1 << 20);
            while (cursor.next()) {
                String key = text(cursor, cursor.keyPosition(), cursor.keyLength());
                String value = text(cursor, cursor.valuePosition(), cursor.valueLength());
                decoded.add(new Rec(cursor.offset(), cursor.timestampMs(), key, value));
            }
        }
        return decoded;
    }

    private static String text(RecordCursor cursor, int position, int lengthBytes) {
        if (lengthBytes < 0) {
            return "null";
        }
        byte[] bytes = new byte[lengthBytes];
        cursor.bytes().get(position, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The first record read whose timestamp is at least this. */
    static Optional<TimestampedOffset> byTime(List<ByteBuffer> read, long timestampMs, long fromOffset) {
        for (ByteBuffer batch : read) {
            for (Rec record : decode(batch)) {
                if (record.offset() >= fromOffset && record.timestampMs() >= timestampMs) {
                    int epoch = BatchHeader.leaderEpoch(batch, 0);
                    return Optional.of(new TimestampedOffset(record.offset(), record.timestampMs(), epoch));
                }
            }
        }
        return Optional.empty();
    }

    static Optional<TimestampedOffset> largestTime(List<ByteBuffer> read, long fromOffset) {
        long largestMs = read.stream()
                .flatMap(batch -> decode(batch).stream())
                .filter(record -> record.offset() >= fromOffset)
                .mapToLong(Rec::timestampMs)
                .max()
                .orElse(Long.MAX_VALUE);
        return byTime(read, largestMs, fromOffset);
    }
}
