package io.sluice.log;

import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.RecordCursor;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A log as a list, naive on purpose: what {@link PartitionLog} is held against. */
final class ReferenceLog {
    private final List<StoredBatch> batches = new ArrayList<>();

    void append(List<StoredBatch> appended) {
        batches.addAll(appended);
    }

    void cutTo(long endOffset) {
        batches.removeIf(batch -> batch.baseOffset() >= endOffset);
    }

    /** What a read must give, and the offset behind it. */
    record Answer(byte[] bytes, long nextOffset) {}

    Answer read(long offset, int maxBytes, boolean atLeastOne, long upToOffset) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long next = offset;
        for (StoredBatch batch : batches) {
            if (batch.lastOffset() < offset) {
                continue;
            }
            boolean fits = bytes.size() + batch.lengthBytes() <= maxBytes || (atLeastOne && bytes.size() == 0);
            if (!fits || batch.lastOffset() >= upToOffset) {
                break;
            }
            bytes.writeBytes(Batches.committed(batch));
            next = batch.lastOffset() + 1;
        }
        return new Answer(bytes.toByteArray(), next);
    }

    private List<TimestampedOffset> records() {
        List<TimestampedOffset> records = new ArrayList<>();
        try (RecordCursor cursor = new RecordCursor()) {
            for (StoredBatch batch : batches) {
                cursor.open(batch.bytes(), 0, 1 << 20);
                while (cursor.next()) {
                    records.add(new TimestampedOffset(
                            batch.baseOffset() + cursor.offset() - BatchHeader.baseOffset(batch.bytes(), 0),
                            cursor.timestampMs(),
                            batch.leaderEpoch()));
                }
            }
        }
        return records;
    }

    Optional<TimestampedOffset> findByTime(long timestampMs, long fromOffset) {
        return records().stream()
                .filter(record -> record.offset() >= fromOffset && record.timestampMs() >= timestampMs)
                .findFirst();
    }

    Optional<TimestampedOffset> findMaxTimestamp(long fromOffset) {
        long largestMs = records().stream()
                .filter(record -> record.offset() >= fromOffset)
                .mapToLong(TimestampedOffset::timestampMs)
                .max()
                .orElse(Long.MAX_VALUE);
        return findByTime(largestMs, fromOffset);
    }
}
