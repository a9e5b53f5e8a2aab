package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.log.SegmentSettings;
import io.sluice.log.batch.BatchLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Over {@link CrashLives}: a partition goes back and forth between two shards while an idempotent producer writes to it, and
 * whatever was acknowledged is there once, at its offset.
 */
class MovedPartitionCrashTest {
    private static final SegmentSettings SEGMENTS = new SegmentSettings(8 * 1024, 1_000_000, 512);

    @Test
    void acknowledgedBatchesOutliveMovesAndCrashes() throws InterruptedException {
        List<Schedule> schedules = CrashLives.runAll(25, Schedule::new);

        assertThat(schedules.stream().mapToInt(each -> each.acknowledged.size()).sum())
                .as("acknowledged records")
                .isGreaterThan(10 * schedules.size());
        assertThat(schedules.stream().mapToInt(each -> each.moves).sum())
                .as("moves")
                .isGreaterThan(schedules.size());
    }

    private static final class Schedule extends CrashLives {
        private static final int PRODUCER = 7;

        private enum Stage {
            RESTS,
            COPYING,
            SEALED,
            ADOPTED
        }

        private final Map<Long, String> acknowledged = new ConcurrentHashMap<>();
        private @Nullable ByteBuffer unanswered;
        private List<String> unansweredValues = List.of();
        private int sequence;
        private int moves;

        /** What the metadata of a cluster would say, which outlives every crash. */
        private Stage stage = Stage.RESTS;

        private long move;
        private int from = 1;
        private ControlEntry.Adopt adoption = new ControlEntry.Adopt(TOPIC, 0, 0, 0, 0, 0, 0);

        Schedule(long seed) {
            super(seed, 5, 600);
        }

        @Override
        List<ShardSpec> shards() {
            return List.of(
                    new ShardSpec(1, Durability.FSYNC, List.of()), new ShardSpec(2, Durability.FSYNC, List.of()));
        }

        private int to() {
            return 3 - from;
        }

        @Override
        void work(Replication replication) {
            Shard first = replication.shard(1);
            boolean isOpen = first.hasPlaceOf(TOPIC, 0) || openPartitions(first, 1, SEGMENTS) != null;
            int steps = random.nextInt(100, 600);
            for (int i = 0; isOpen && i < steps && !disk.hasStopped(); i++) {
                if (random.nextInt(3) == 0) {
                    append(home(replication));
                } else {
                    step(replication.shard(from), replication.shard(to()));
                }
            }
        }

        private PartitionReplica home(Replication replication) {
            PartitionReplica there = replication.shard(to()).partition(TOPIC, 0);
            boolean hasArrived = there != null && move != 0 && there.isArrivedBy(move);
            return Objects.requireNonNull(
                    hasArrived ? there : replication.shard(from).partition(TOPIC, 0), () -> "seed " + seed);
        }

        /** One batch at a time, sent again until it is answered, in another life too. */
        private void append(PartitionReplica home) {
            if (unanswered == null) {
                unansweredValues = new ArrayList<>();
                for (int i = random.nextInt(1, 4); i > 0; i--) {
                    unansweredValues.add(counter++ + "-" + "x".repeat(random.nextInt(600)));
                }
                unanswered = Batches.ofProducer(PRODUCER, 0, sequence, unansweredValues.toArray(String[]::new));
            }
            CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
            CompletableFuture<Long> offset = new CompletableFuture<>();
            home.shard().append(home, unanswered.duplicate(), Runnable::run, (error, base, start) -> {
                offset.complete(base);
                answer.complete(error);
            });
            // It may come while the disk stops, and is an answer then, too.
            ErrorCode error = answer.getNow(awaited(answer));
            if (error == ErrorCode.NONE) {
                for (int i = 0; i < unansweredValues.size(); i++) {
                    acknowledged.put(offset.join() + i, unansweredValues.get(i));
                }
                sequence += unansweredValues.size();
                unanswered = null;
            } else {
                assertThat(error).as("seed %d", seed).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
            }
        }

        /** NOT_LEADER_OR_FOLLOWER if the disk stops before. */
        private ErrorCode awaited(CompletableFuture<ErrorCode> answer) {
            while (!answer.isDone()) {
                if (disk.hasStopped()) {
                    return ErrorCode.NOT_LEADER_OR_FOLLOWER;
                }
                Thread.onSpinWait();
            }
            return answer.join();
        }

        private void step(Shard old, Shard other) {
            switch (stage) {
                case RESTS -> {
                    move++;
                    stage = Stage.COPYING;
                }
                case COPYING -> copy(old, other);
                case SEALED -> {
                    if (awaited(other.propose(adoption)) == ErrorCode.NONE
                            || Objects.requireNonNull(other.partitionOf(move, TOPIC, 0))
                                    .isArrivedBy(move)) {
                        stage = Stage.ADOPTED;
                    }
                }
                case ADOPTED -> {
                    if (awaited(old.propose(new ControlEntry.Leave(TOPIC, 0, move))) == ErrorCode.NONE) {
                        stage = Stage.RESTS;
                        from = to();
                        moves++;
                    }
                }
            }
        }

        private void copy(Shard old, Shard other) {
            PartitionReplica source = Objects.requireNonNull(old.partition(TOPIC, 0));
            PartitionReplica copy = other.partitionOf(move, TOPIC, 0);
            if (copy == null) {
                awaited(other.propose(new ControlEntry.Arrive(TOPIC, 1, 0, move, source.startOffset(), SEGMENTS)));
            } else if (random.nextInt(40) == 0) {
                takeBack(old, other);
            } else if (copy.endOffset() < source.endOffset()) {
                copyOn(source, copy);
            } else if (source.sealedFor() != move) {
                awaited(old.propose(new ControlEntry.Seal(TOPIC, 0, move)));
            } else if (copy.endOffset() == source.endOffset()) {
                stage = Stage.SEALED;
                int base = source.leaderEpoch() + 1;
                adoption = new ControlEntry.Adopt(
                        TOPIC, 0, move, source.endOffset(), source.startOffset(), base, source.lossCount());
            }
        }

        /** What of it does not come before a crash is done for the next move. */
        private void takeBack(Shard old, Shard other) {
            awaited(other.propose(new ControlEntry.Leave(TOPIC, 0, move)));
            awaited(old.propose(new ControlEntry.Unseal(TOPIC, 0, move)));
            stage = Stage.RESTS;
        }

        private void copyOn(PartitionReplica source, PartitionReplica copy) {
            Batches.Collector read = new Batches.Collector();
            source.readBlocking(copy.endOffset(), 3_000, true, read);
            List<CompletableFuture<ErrorCode>> answers = new ArrayList<>();
            ByteBuffer bytes = read.whole();
            for (int at = 0; at < bytes.limit(); at += BatchLayout.sizeBytes(bytes, at)) {
                CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
                answers.add(answer);
                copy.shard()
                        .importBatch(
                                copy,
                                bytes.slice(at, BatchLayout.sizeBytes(bytes, at)),
                                Runnable::run,
                                (error, base, start) -> answer.complete(error));
            }
            answers.forEach(this::awaited);
        }

        @Override
        void verify(Replication replication) {
            if (!replication.shard(1).hasPlaceOf(TOPIC, 0)) {
                assertThat(acknowledged).isEmpty();
                return;
            }
            PartitionReplica home = home(replication);
            List<String> read = Batches.readAll(home);
            assertThat(new HashSet<>(read)).as("seed %d repeated", seed).hasSameSizeAs(read);
            assertThat(read.size() - acknowledged.size())
                    .as("seed %d more than was sent", seed)
                    .isIn(0, unansweredValues.size());
            acknowledged.forEach((offset, value) -> {
                assertThat(offset).as("seed %d lost offset", seed).isLessThan(read.size());
                assertThat(read.get(Math.toIntExact(offset)))
                        .as("seed %d", seed)
                        .isEqualTo(value);
            });
        }
    }
}
