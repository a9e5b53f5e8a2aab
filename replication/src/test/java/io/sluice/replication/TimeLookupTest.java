package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.OpenFiles;
import io.sluice.log.Packs;
import io.sluice.log.PartitionLog;
import io.sluice.log.SegmentSettings;
import io.sluice.log.StoredBatch;
import io.sluice.log.TimestampedOffset;
import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.Compression;
import io.sluice.log.disk.SimulatedDisk;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Records of offset n have the timestamp 100 + n, but for the one of offset 3, which has the largest. */
class TimeLookupTest {
    private static final long LARGEST_MS = 1_000;

    private final PartitionLog log = PartitionLog.create(
            Packs.none(new SimulatedDisk(new SplittableRandom(1)), new OpenFiles(4)),
            () -> Path.of("/p/t/0"),
            new SegmentSettings(1 << 20, Long.MAX_VALUE, 300),
            0);

    private static StoredBatch batch(long offset) {
        long timestampMs = offset == 3 ? LARGEST_MS : 100 + offset;
        return new StoredBatch(
                offset,
                offset,
                1,
                timestampMs,
                new BatchBuilder(Compression.NONE)
                        .add(timestampMs, null, new byte[10])
                        .build());
    }

    private static List<StoredBatch> batches(long from, long to) {
        return LongStream.range(from, to).mapToObj(TimeLookupTest::batch).toList();
    }

    private static PartitionTail.Slice tail(long from, long to) {
        return from == to ? PartitionTail.Slice.BELOW : new PartitionTail.Slice(batches(from, to), List.of(), false);
    }

    private static Optional<TimestampedOffset> at(long offset, long timestampMs) {
        return Optional.of(new TimestampedOffset(offset, timestampMs, 1));
    }

    /** A tail that loses its batches to the segments between the search there and the look at it. */
    private PartitionTail.Slice movedBeforeTheLook(long upTo, long end) {
        if (log.endOffset() < upTo) {
            log.append(batches(log.endOffset(), upTo));
        }
        return tail(upTo, end);
    }

    @Test
    void aRecordIsFoundInSegmentsAndInTheTail() {
        log.append(batches(0, 5));
        TimeLookup lookup = new TimeLookup(log, () -> tail(4, 8));

        assertThat(lookup.first(102, 0)).isEqualTo(at(2, 102));
        assertThat(lookup.first(102, 4)).isEqualTo(at(4, 104));
        assertThat(lookup.first(106, 4)).isEqualTo(at(6, 106));
        assertThat(lookup.first(LARGEST_MS + 1, 0)).isEmpty();
        assertThat(lookup.largest(0)).isEqualTo(at(3, LARGEST_MS));
        assertThat(lookup.largest(4)).isEqualTo(at(7, 107));
    }

    @Test
    void aRecordThatMovesFromTheTailToASegmentMeanwhileIsFound() {
        log.append(batches(0, 2));
        TimeLookup lookup = new TimeLookup(log, () -> movedBeforeTheLook(5, 8));

        assertThat(lookup.first(500, 0)).isEqualTo(at(3, LARGEST_MS));
    }

    @Test
    void theLargestTimestampThatMovesToASegmentMeanwhileIsFound() {
        log.append(batches(0, 2));
        TimeLookup lookup = new TimeLookup(log, () -> movedBeforeTheLook(8, 8));

        assertThat(lookup.largest(0)).isEqualTo(at(3, LARGEST_MS));
    }
}
