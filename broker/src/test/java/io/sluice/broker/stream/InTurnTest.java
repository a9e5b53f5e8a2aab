package io.sluice.broker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class InTurnTest {
    private final List<String> begun = new ArrayList<>();
    private final List<CompletableFuture<Void>> underWay = new ArrayList<>();
    private final InTurn<String> inTurn = new InTurn<>(2, thing -> {
        begun.add(thing);
        if (thing.startsWith("broken")) {
            throw new IllegalStateException(thing);
        }
        underWay.add(new CompletableFuture<>());
        return underWay.getLast();
    });

    @Test
    void soManyAreUnderWayAtATimeAndTheOthersFollowInOrder() {
        List.of("a", "b", "c", "d").forEach(inTurn::add);
        assertThat(begun).containsExactly("a", "b");

        underWay.get(1).complete(null);
        assertThat(begun).containsExactly("a", "b", "c");

        underWay.getFirst().completeExceptionally(new IllegalStateException("broken"));
        assertThat(begun).containsExactly("a", "b", "c", "d");
    }

    @Test
    void aTaskThatThrowsHoldsUpNobody() {
        List.of("broken 1", "broken 2", "broken 3", "a").forEach(inTurn::add);

        assertThat(begun).containsExactly("broken 1", "broken 2", "broken 3", "a");
    }
}
