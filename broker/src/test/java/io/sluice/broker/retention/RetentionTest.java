package io.sluice.broker.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.CleanupSettings;
import io.sluice.common.SimulatedClock;
import io.sluice.replication.ControlEntry;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

final class RetentionTest {
    private final SimulatedClock clock = new SimulatedClock(1_000);
    private final LongAdder removed = new LongAdder();
    private final Retention retention = new Retention(clock, removed);

    @Test
    void recordsOlderThanTheRetentionTimeGo() {
        SimulatedPartition partition = new SimulatedPartition(300, -1);
        partition.endOffset = 1_000;

        retention.run(List.of(partition));

        assertThat(partition.proposed).containsExactly(new ControlEntry.AdvanceStart(partition.topicId(), 0, 700));
        assertThat(removed.sum()).isEqualTo(700);
    }

    @Test
    void recordsAboveTheRetentionSizeGo() {
        SimulatedPartition partition = new SimulatedPartition(-1, 100);
        partition.endOffset = 1_000;

        retention.run(List.of(partition));

        assertThat(partition.startOffset()).isEqualTo(900);
    }

    @Test
    void recordsAboveTheRetentionNumberGo() {
        SimulatedPartition partition = new SimulatedPartition(-1, -1, 10, CleanupSettings.DELETE);
        partition.endOffset = 1_000;

        retention.run(List.of(partition));

        assertThat(partition.startOffset()).isEqualTo(990);
    }

    @Test
    void whatIsOnlyCompactedIsNotDeleted() {
        var compacted = new CleanupSettings(true, false, 0, Long.MAX_VALUE, 0.5, 0);
        SimulatedPartition partition = new SimulatedPartition(300, 100, 10, compacted);
        partition.endOffset = 1_000;

        retention.run(List.of(partition));

        assertThat(partition.proposed).isEmpty();
    }

    @Test
    void whatIsKeptForEverIsLeftAlone() {
        SimulatedPartition partition = new SimulatedPartition(-1, -1);
        partition.endOffset = 1_000;
        clock.advanceMs(1_000_000);

        retention.run(List.of(partition));

        assertThat(partition.proposed).isEmpty();
    }

    @Test
    void nothingIsProposedTwice() {
        SimulatedPartition partition = new SimulatedPartition(300, -1);
        partition.endOffset = 1_000;

        retention.run(List.of(partition));
        retention.run(List.of(partition));

        assertThat(partition.proposed).hasSize(1);
    }
}
