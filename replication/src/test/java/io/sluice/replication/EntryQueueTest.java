package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.BufferPool;
import io.sluice.replication.journal.Submission;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntryQueueTest {
    private static final int BYTES_MAX = 64 << 10;

    private final EntryQueue queue = new EntryQueue(new BufferPool(1 << 20, 4), 1 << 20, () -> 7);

    @Test
    void whatIsTheOnlyOneIsTakenSo() {
        PendingEntry entry = queue.addMark();

        assertThat(only()).isSameAs(entry);
        assertThat(queue.takeOnly(BYTES_MAX)).isEmpty();
    }

    @Test
    void whatIsLargerIsNot() {
        queue.addMark();

        assertThat(queue.takeOnly(1)).isEmpty();
        assertThat(queue.takeOnly(BYTES_MAX)).hasSize(1);
    }

    @Test
    void whereAnotherIsOnItsWayItIsNotTheOnlyOne() throws InterruptedException {
        PendingEntry first = queue.addMark();
        assertThat(queue.take(BYTES_MAX, 0)).hasSize(1);
        PendingEntry second = queue.addMark();

        assertThat(queue.takeOnly(BYTES_MAX)).isEmpty();

        queue.ended(first);
        assertThat(only()).isSameAs(second);
    }

    private Submission only() {
        List<? extends Submission> taken = queue.takeOnly(BYTES_MAX);
        assertThat(taken).hasSize(1);
        return taken.getFirst();
    }
}
