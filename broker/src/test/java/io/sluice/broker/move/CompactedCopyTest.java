package io.sluice.broker.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.common.SystemClock;
import io.sluice.common.TopicId;
import io.sluice.log.JoinedRead;
import io.sluice.log.SegmentSettings;
import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.batch.Compression;
import io.sluice.log.batch.RecordCursor;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.ActiveProducer;
import io.sluice.replication.Compactor;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.Durability;
import io.sluice.replication.PartitionReplica;
import io.sluice.replication.Replication;
import io.sluice.replication.ReplicationSettings;
import io.sluice.replication.Shard;
import io.sluice.replication.ShardSpec;
import io.sluice.replication.journal.JournalSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Compacted partitions go from one shard to another while producers go on; both compact as they like. What the last one has is
 * the newest value of each key, ending at the same offset, and the producers' sequences.
 */
final class CompactedCopyTest {
    private static final TopicId TOPIC = new TopicId(3, 9);
    private static final SegmentSettings SEGMENTS = new SegmentSettings(3_000, 1_000_000, 512);
    private static final int SEEDS = 12;
    private static final int KEYS = 15;
    private static final int MOVES = 4;
    private static final int PRODUCERS = 3;

    @Test
    void theNewestValueOfEachKeyMovesWithItsOffset() {
        long filledGaps = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            filledGaps += new Schedule(seed).run();
        }
        assertThat(filledGaps).as("gaps that were filled").isGreaterThan(SEEDS);
    }

    private static final class Schedule {
        private final long seed;
        private final Random random;
        private final Replication replication;
        private final Map<String, @Nullable String> newest = new HashMap<>();
        private final Map<Long, Integer> sequences = new HashMap<>();
        private PartitionReplica home;
        private long removedRecords;
        private long filledGaps;
        private int counter;

        Schedule(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.replication = Replication.open(
                    new ReplicationSettings(
                            Path.of("/data"),
                            new JournalSettings(64 << 10, 256 << 10, 2 << 20),
                            1 << 20,
                            2 << 20,
                            64 << 10,
                            50,
                            8),
                    List.of(
                            new ShardSpec(1, Durability.FSYNC, List.of()),
                            new ShardSpec(2, Durability.FSYNC, List.of())),
                    new SimulatedDisk(new Random(seed)),
                    new SystemClock(),
                    new Random(seed),
                    Thread.ofPlatform().daemon().factory());
            Shard first = replication.shard(1);
            done(first.propose(new ControlEntry.Open(TOPIC, 1, 0, 1, 0, 0, SEGMENTS)));
            this.home = Objects.requireNonNull(first.partition(TOPIC, 0));
        }

        private void done(CompletableFuture<ErrorCode> answer) {
            assertThat(answer.join()).as("seed %d", seed).isEqualTo(ErrorCode.NONE);
        }

        /** Answers how many gaps were filled. */
        long run() {
            try {
                appendSome(home);
                for (int move = 1; move <= MOVES; move++) {
                    compact(home);
                    appendSome(home);
                    move(move, replication.shard(3 - home.shard().id()));
                    assertThat(read(home))
                            .as("seed %d after move %d", seed, move)
                            .isEqualTo(newest);
                }
                appendSome(home);
                compact(home);
                assertThat(read(home)).as("seed %d", seed).isEqualTo(newest);
                assertThat(removedRecords)
                        .as("seed %d: compaction had something to do", seed)
                        .isPositive();
                return filledGaps;
            } finally {
                replication.stop();
            }
        }

        private void move(long number, Shard other) {
            PartitionReplica source = home;
            done(other.propose(new ControlEntry.Arrive(TOPIC, 1, 0, number, source.startOffset(), SEGMENTS)));
            PartitionReplica copy = Objects.requireNonNull(other.partitionOf(number, TOPIC, 0));
            while (copy.endOffset() < source.endOffset()) {
                copyOn(source, copy);
                if (source.sealedFor() == 0 && random.nextInt(4) == 0) {
                    append(source);
                }
                if (source.sealedFor() == 0 && random.nextInt(8) == 0) {
                    done(source.shard().propose(new ControlEntry.Seal(TOPIC, 0, number)));
                }
            }
            if (source.sealedFor() == 0) {
                done(source.shard().propose(new ControlEntry.Seal(TOPIC, 0, number)));
            }
            assertThat(copy.endOffset()).isEqualTo(source.endOffset());
            List<String> producers = producers(source);
            done(other.propose(new ControlEntry.Adopt(
                    TOPIC, 0, number, source.endOffset(), source.startOffset(), source.leaderEpoch() + 1, 0)));
            done(source.shard().propose(new ControlEntry.Leave(TOPIC, 0, number)));
            home = copy;
            assertThat(producers(copy)).as("seed %d", seed).isEqualTo(producers);
        }

        private static List<String> producers(PartitionReplica replica) {
            return replica.activeProducers().join().stream()
                    .map(Schedule::text)
                    .sorted()
                    .toList();
        }

        private static String text(ActiveProducer producer) {
            return producer.producerId() + " " + producer.epoch() + " " + producer.lastSequence();
        }

        private void copyOn(PartitionReplica source, PartitionReplica copy) {
            JoinedRead read = new JoinedRead(4_000);
            source.readStored(copy.endOffset(), 1 + random.nextInt(4_000), true, read);
            for (ByteBuffer batch : GaplessBatches.of(read.whole(), copy.endOffset(), copy.latestEpoch(), true)
                    .get()) {
                CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
                copy.shard().importBatch(copy, batch, Runnable::run, (error, base, start) -> answer.complete(error));
                done(answer);
                boolean hasProducer = BatchHeader.producerId(batch, 0) != BatchLayout.NO_PRODUCER_ID;
                filledGaps += hasProducer ? 0 : 1;
            }
        }

        private void appendSome(PartitionReplica partition) {
            for (int left = 40 + random.nextInt(80); left > 0; left--) {
                append(partition);
            }
        }

        /** Of some producers that last is long ago, and all its records are replaced. */
        private void append(PartitionReplica partition) {
            long producer = random.nextInt(20) == 0 ? PRODUCERS - 1 : random.nextInt(PRODUCERS - 1);
            int sequence = sequences.getOrDefault(producer, 0);
            int records = 1 + random.nextInt(3);
            BatchBuilder builder = new BatchBuilder(Compression.NONE).producer(producer, (short) 0, sequence);
            for (int i = 0; i < records; i++) {
                String key = "key" + random.nextInt(KEYS);
                boolean isTombstone = random.nextInt(5) == 0;
                String value = counter++ + "-" + "x".repeat(random.nextInt(120));
                builder.add(1_000, bytes(key), isTombstone ? null : bytes(value));
                newest.put(key, value);
                if (isTombstone) {
                    newest.remove(key);
                }
            }
            sequences.put(producer, sequence + records);
            CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
            partition
                    .shard()
                    .append(partition, builder.build(), Runnable::run, (error, base, start) -> answer.complete(error));
            done(answer);
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        /** Passes until tombstones go, of which the time is over at once. */
        private void compact(PartitionReplica partition) {
            for (int pass = 0; pass < 3; pass++) {
                long endOffset = partition.compactionDebt(Long.MAX_VALUE).endOffset();
                removedRecords += replication
                        .compactor()
                        .compact(
                                partition,
                                new Compactor.Order(endOffset, 1L << 50, 0, 1 << 20, bytes -> {}, Runnable::run))
                        .map(report -> report.removedRecords())
                        .orElse(0L);
            }
        }

        /** What somebody knows who has read all of it, in order. */
        private Map<String, @Nullable String> read(PartitionReplica partition) {
            Map<String, @Nullable String> seen = new HashMap<>();
            long offset = partition.startOffset();
            long last = -1;
            while (offset < partition.endOffset()) {
                JoinedRead read = new JoinedRead(4_000);
                long next = partition.readStored(offset, 5_000, true, read);
                assertThat(next).as("seed %d", seed).isGreaterThan(offset);
                last = take(read.whole(), seen, last);
                offset = next;
            }
            return seen;
        }

        /** Takes the records in; answers the offset of the last. */
        private static long take(ByteBuffer bytes, Map<String, @Nullable String> seen, long before) {
            long last = before;
            try (RecordCursor cursor = new RecordCursor()) {
                for (int at = 0; at < bytes.limit(); at += BatchLayout.sizeBytes(bytes, at)) {
                    cursor.open(bytes, at, 1 << 20);
                    while (cursor.next()) {
                        assertThat(cursor.offset()).isGreaterThan(last);
                        last = cursor.offset();
                        String key = text(cursor, cursor.keyPosition(), cursor.keyLength())
                                .orElse("");
                        Optional<String> value = text(cursor, cursor.valuePosition(), cursor.valueLength());
                        seen.remove(key);
                        value.ifPresent(there -> seen.put(key, there));
                    }
                }
            }
            return last;
        }

        private static Optional<String> text(RecordCursor record, int position, int lengthBytes) {
            return lengthBytes < 0
                    ? Optional.empty()
                    : Optional.of(StandardCharsets.UTF_8
                            .decode(record.bytes().slice(position, lengthBytes))
                            .toString());
        }
    }
}
