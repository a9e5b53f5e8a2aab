package io.sluice.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.delivery.LetterTurns.Box;
import io.sluice.broker.delivery.LetterTurns.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LetterTurnsTest {
    private static final Box BOX =
            new Box(new DeliveryGroup(DeliveryKind.SHARE, "workers", SimulatedSlot.TOPIC, 0), SimulatedSlot.TOPIC, 3);

    private final LetterTurns turns = new LetterTurns();
    private final List<String> done = new ArrayList<>();

    private CompletableFuture<String> take(Turn turn, String name, CompletableFuture<String> work) {
        return turns.take(
                BOX,
                turn,
                () -> {
                    done.add(name);
                    return work;
                },
                "too late");
    }

    @Test
    void workOfABoxBeginsWhenWhatCameBeforeHasEnded() {
        CompletableFuture<String> slow = new CompletableFuture<>();
        CompletableFuture<String> first = take(new Turn(1, 1), "put", slow);
        CompletableFuture<String> second = take(new Turn(1, 2), "open", CompletableFuture.completedFuture("empty"));
        assertThat(done).containsExactly("put");
        assertThat(second).isNotDone();
        slow.complete("written");
        assertThat(first).isCompletedWithValue("written");
        assertThat(second).isCompletedWithValue("empty");
        assertThat(done).containsExactly("put", "open");
    }

    @Test
    void whatComesBehindALaterTurnIsNotDone() {
        take(new Turn(2, 1), "of the next leader", CompletableFuture.completedFuture("empty"));
        assertThat(take(new Turn(1, 9), "of the last one", new CompletableFuture<>()))
                .isCompletedWithValue("too late");
        take(new Turn(2, 2), "open", CompletableFuture.completedFuture("empty"));
        assertThat(take(new Turn(2, 1), "late", new CompletableFuture<>())).isCompletedWithValue("too late");
        assertThat(take(new Turn(2, 2), "put", CompletableFuture.completedFuture("written")))
                .isCompletedWithValue("written");
        assertThat(done).containsExactly("of the next leader", "open", "put");
    }

    @Test
    void whatFailsDoesNotHoldUpWhatFollows() {
        take(new Turn(1, 1), "put", CompletableFuture.failedFuture(new IllegalStateException("broken")));
        assertThat(take(new Turn(1, 2), "open", CompletableFuture.completedFuture("empty")))
                .isCompletedWithValue("empty");
    }
}
