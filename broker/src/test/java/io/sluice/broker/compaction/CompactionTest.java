package io.sluice.broker.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.CleanupSettings;
import io.sluice.broker.config.ConfigValues;
import io.sluice.broker.config.LiveConfigs;
import io.sluice.common.SimulatedClock;
import io.sluice.common.TopicId;
import io.sluice.log.Compacted;
import io.sluice.log.CompactionDebt;
import io.sluice.log.CompactionReport;
import io.sluice.log.disk.DiskException;
import io.sluice.replication.Compactor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CompactionTest {
    private static final CleanupSettings COMPACT = new CleanupSettings(true, false, 0, Long.MAX_VALUE, 0.1, 70);

    private final SimulatedClock clock = new SimulatedClock();
    private final Dirty good = new Dirty(0, false);
    private final Dirty bad = new Dirty(1, true);
    private final Compaction compaction = new Compaction(
            () -> List.of(bad, good),
            new LiveConfigs(ConfigValues.NONE),
            () -> 0,
            clock,
            Thread.ofPlatform().daemon().factory());

    private static final class Dirty implements CompactedPartition {
        private final int index;
        private final boolean isBad;
        private long dirtyBytes = 100;
        private int passes;

        Dirty(int index, boolean isBad) {
            this.index = index;
            this.isBad = isBad;
        }

        @Override
        public TopicId topicId() {
            return new TopicId(1, 1);
        }

        @Override
        public int index() {
            return index;
        }

        @Override
        public CleanupSettings cleanup() {
            return COMPACT;
        }

        @Override
        public CompactionDebt debt(long youngestMs) {
            return new CompactionDebt(0, dirtyBytes, 5, 10);
        }

        @Override
        public Compacted compacted() {
            return Compacted.NEVER;
        }

        @Override
        public Optional<CompactionReport> compact(Compactor.Order order) {
            passes++;
            assertThat(order.deleteRetentionMs()).isEqualTo(70);
            if (isBad) {
                throw new DiskException("no", null);
            }
            order.paced().accept(100);
            dirtyBytes = 0;
            return Optional.of(new CompactionReport(100, 10, 90, 9, new Compacted(10, Long.MAX_VALUE, 1), true));
        }
    }

    @Test
    void aPartitionThatFailsDoesNotKeepOthersFromBeingCompacted() {
        while (compaction.runOnce()) {
            assertThat(bad.passes + good.passes).isLessThan(5);
        }

        assertThat(bad.passes).isEqualTo(1);
        assertThat(good.passes).isEqualTo(1);
        assertThat(metrics())
                .containsEntry("sluice_compaction_passes_total", 1.0)
                .containsEntry("sluice_compaction_failures_total", 1.0)
                .containsEntry("sluice_compaction_read_bytes_total", 100.0)
                .containsEntry("sluice_compaction_freed_bytes_total", 90.0)
                .containsEntry("sluice_compaction_removed_records_total", 9.0)
                .containsEntry("sluice_compaction_running", 0.0)
                .containsEntry("sluice_compaction_resting_partitions", 1.0);
    }

    @Test
    void whatFailedIsTriedAgainLater() {
        while (compaction.runOnce()) {
            assertThat(bad.passes).isLessThan(3);
        }
        clock.advanceMs(Candidates.REST_MS + 1);

        assertThat(compaction.runOnce()).isTrue();
        assertThat(bad.passes).isEqualTo(2);
    }

    private Map<String, Double> metrics() {
        Map<String, Double> metrics = new HashMap<>();
        compaction.collect(metric -> metrics.put(metric.name(), metric.value()));
        return metrics;
    }
}
