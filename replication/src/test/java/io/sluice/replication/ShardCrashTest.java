package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.log.SegmentSettings;
import io.sluice.log.disk.SimulatedDisk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** Over {@link CrashLives}: whatever was acknowledged is there at its offset, and nothing is there that nobody sent. */
class ShardCrashTest {
    private static final SegmentSettings SEGMENTS = new SegmentSettings(8 * 1024, 1_000_000, 512);
    private static final int PARTITIONS = 3;

    @Test
    void acknowledgedBatchesOutliveEveryCrash() throws InterruptedException {
        List<Schedule> schedules = CrashLives.runAll(25, seed -> new Schedule(seed, false));

        assertThat(schedules.stream().mapToInt(Schedule::acknowledgedCount).sum())
                .as("acknowledged records")
                .isGreaterThan(10 * schedules.size());
    }

    @Test
    void aDiskThatIgnoresSyncsFailsThisVeryTest() throws InterruptedException {
        int failures = 0;
        for (long seed = 1; seed <= 10 && failures == 0; seed++) {
            try {
                new Schedule(seed, true).run();
            } catch (AssertionError | RuntimeException lost) {
                failures++;
            }
        }
        assertThat(failures).isPositive();
    }

    private static final class Schedule extends CrashLives {
        private final boolean ignoresSyncs;
        private final Set<String> sent = new HashSet<>();
        private final List<Map<Long, String>> acknowledged = new ArrayList<>();

        Schedule(long seed, boolean ignoresSyncs) {
            super(seed, 5, 400);
            this.ignoresSyncs = ignoresSyncs;
            for (int i = 0; i < PARTITIONS; i++) {
                acknowledged.add(new ConcurrentHashMap<>());
            }
        }

        int acknowledgedCount() {
            return acknowledged.stream().mapToInt(Map::size).sum();
        }

        @Override
        void spoil(SimulatedDisk next) {
            if (ignoresSyncs) {
                next.ignoreSyncs();
            }
        }

        @Override
        void work(Replication replication) throws InterruptedException {
            Shard shard = replication.shard(1);
            if (openPartitions(shard, PARTITIONS, SEGMENTS) == null) {
                return;
            }
            Semaphore inFlight = inFlight();
            int batches = random.nextInt(20, 200);
            for (int i = 0; i < batches && !disk.hasStopped(); i++) {
                append(shard, random.nextInt(PARTITIONS), inFlight);
            }
        }

        private void append(Shard shard, int index, Semaphore inFlight) throws InterruptedException {
            if (!mayAppend(inFlight)) {
                return;
            }
            PartitionReplica replica = Objects.requireNonNull(shard.partition(TOPIC, index));
            String[] values = new String[random.nextInt(1, 4)];
            for (int i = 0; i < values.length; i++) {
                values[i] = counter++ + "-" + "x".repeat(random.nextInt(600));
            }
            sent.addAll(Arrays.asList(values));
            shard.append(replica, Batches.of(values), Runnable::run, (error, base, start) -> {
                if (error == ErrorCode.NONE) {
                    for (int i = 0; i < values.length; i++) {
                        acknowledged.get(index).put(base + i, values[i]);
                    }
                }
                inFlight.release();
            });
        }

        @Override
        void verify(Replication replication) {
            for (int index = 0; index < PARTITIONS; index++) {
                PartitionReplica replica = replication.shard(1).partition(TOPIC, index);
                List<String> read = replica == null ? List.of() : Batches.readAll(replica);
                assertThat(sent).as("seed %d partition %d", seed, index).containsAll(read);
                assertThat(new HashSet<>(read)).as("seed %d repeated", seed).hasSameSizeAs(read);
                acknowledged.get(index).forEach((offset, value) -> {
                    assertThat(offset).as("seed %d lost offset", seed).isLessThan(read.size());
                    assertThat(read.get(Math.toIntExact(offset)))
                            .as("seed %d", seed)
                            .isEqualTo(value);
                });
            }
        }
    }
}
