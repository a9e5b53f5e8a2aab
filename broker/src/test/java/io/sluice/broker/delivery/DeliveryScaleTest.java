package io.sluice.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replication.runtime.UndoLog;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * How much memory open rows take. {@code -Dsluice.rows=1000000} for the full size; the times that it prints then are those
 * of deciding, encoding and applying, without the journal.
 */
class DeliveryScaleTest {
    private static final int MEMBERS = 100;
    private static final int BYTES_PER_ROW_MAX = 64;

    private final int rowCount = Integer.getInteger("sluice.rows", 100_000);
    private final SlotState state = new SlotState();

    @Test
    void aRowWithItsOwnMemberTimeAndCountTakesLessThan64Bytes() {
        state.apply(DeliveryEvents.opened(1, SimulatedSlot.GROUP, 0), UndoLog.NONE);
        StoredGroup group = state.all().iterator().next();
        SplittableRandom random = new SplittableRandom(1);
        for (int member = 1; member <= MEMBERS; member++) {
            state.apply(DeliveryEvents.memberAdded(group, member, "member-" + member), UndoLog.NONE);
        }
        long before = usedBytes();

        long beganNs = System.nanoTime();
        for (int offset = 0; offset < rowCount; offset++) {
            put(group, offset, random);
        }
        long acquiredNs = System.nanoTime();
        long bytesPerRow = (usedBytes() - before) / rowCount;
        System.out.printf(
                "%,d rows: %d bytes each, %d ns to hand out%n",
                rowCount, bytesPerRow, (acquiredNs - beganNs) / rowCount);
        assertThat(bytesPerRow).isLessThan(BYTES_PER_ROW_MAX);
        acknowledgeAll(group, random);
        assertThat(group.rows().isEmpty()).isTrue();
    }

    private void put(StoredGroup group, long offset, SplittableRandom random) {
        RowChanges out = new RowChanges(group, 1_000_000 + offset);
        long timeMs = 1_030_000 + offset + random.nextInt(1_000);
        out.put(offset, offset, RowState.ACQUIRED, 1 + random.nextInt(MEMBERS), timeMs, 1 + random.nextInt(5));
        out.moveTo(offset + 1);
        state.apply(out.take(), UndoLog.NONE);
    }

    /** In an order that has nothing to do with that of the offsets. */
    private void acknowledgeAll(StoredGroup group, SplittableRandom random) {
        long beganNs = System.nanoTime();
        long step = (rowCount / 2 + 1) | 1;
        long offset = random.nextInt(rowCount);
        for (int i = 0; i < rowCount; i++) {
            RowChanges out = new RowChanges(group, 2_000_000);
            out.settle(offset, offset);
            state.apply(out.take(), UndoLog.NONE);
            offset = (offset + step) % rowCount;
        }
        System.out.printf("%d ns to acknowledge%n", (System.nanoTime() - beganNs) / rowCount);
    }

    private static long usedBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
