package io.sluice.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class MemoryBudgetTest {
    private final MemoryBudget budget = new MemoryBudget(100);
    private final AtomicInteger woken = new AtomicInteger();

    @Test
    void whatIsTakenIsNotThereForOthersUntilItComesBack() {
        assertThat(budget.tryTake(60)).isTrue();
        assertThat(budget.tryTake(41)).isFalse();
        assertThat(budget.takeUpTo(90)).isEqualTo(40);
        assertThat(budget.takeUpTo(1)).isZero();

        budget.giveBack(60);

        assertThat(budget.tryTake(60)).isTrue();
        assertThat(budget.freeBytes()).isZero();
    }

    @Test
    void oneHolderMayOverdrawAndTheNextOnceItHasEnded() {
        Object first = new Object();
        Object second = new Object();
        budget.take(100);

        assertThat(budget.tryTakeOrOverdraw(10, first)).isTrue();
        assertThat(budget.tryTakeOrOverdraw(10, first)).isTrue();
        assertThat(budget.tryTakeOrOverdraw(10, second)).isFalse();
        budget.whenFree(woken::incrementAndGet);
        assertThat(woken).hasValue(0);
        budget.endOverdraft(second);
        assertThat(woken).hasValue(0);
        budget.endOverdraft(first);

        assertThat(woken).hasValue(1);
        assertThat(budget.tryTakeOrOverdraw(10, second)).isTrue();
        assertThat(budget.takenBytes()).isEqualTo(130);
    }

    @Test
    void whoeverWaitsIsWokenOnceWhenThereIsRoom() {
        budget.take(120);
        budget.whenFree(woken::incrementAndGet);
        assertThat(budget.isAwaited()).isTrue();

        budget.giveBack(20);
        assertThat(woken).hasValue(0);
        budget.giveBack(1);
        budget.giveBack(1);

        assertThat(woken).hasValue(1);
        assertThat(budget.isAwaited()).isFalse();
    }

    @Test
    void whoeverAsksWhileThereIsRoomNeedNotWait() {
        budget.whenFree(woken::incrementAndGet);

        assertThat(woken).hasValue(1);
    }

    @Test
    void moreThanWasTakenCannotComeBack() {
        budget.take(5);

        assertThatThrownBy(() -> budget.giveBack(6)).hasMessageContaining("more memory was given back than taken");
    }
}
