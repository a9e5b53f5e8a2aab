package io.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class LotsTest {
    private final List<List<String>> lots = new ArrayList<>();
    private final List<CompletableFuture<ErrorCode>> underWay = new ArrayList<>();
    private final Lots<String> gathering = new Lots<>(lot -> {
        lots.add(lot);
        underWay.add(new CompletableFuture<>());
        return underWay.getLast();
    });

    @Test
    void whatComesMeanwhileGoesTogetherAndOnce() {
        CompletableFuture<ErrorCode> first = gathering.add("a");
        CompletableFuture<ErrorCode> second = gathering.add("b");
        gathering.add("c");
        gathering.add("b");
        assertThat(lots).containsExactly(List.of("a"));

        underWay.getFirst().complete(ErrorCode.NONE);
        assertThat(first.resultNow()).isEqualTo(ErrorCode.NONE);
        assertThat(second).isNotDone();
        assertThat(lots).containsExactly(List.of("a"), List.of("b", "c"));
    }

    @Test
    void whoFailsIsToldAndTheNextGoOn() {
        CompletableFuture<ErrorCode> first = gathering.add("a");
        CompletableFuture<ErrorCode> second = gathering.add("b");
        underWay.getFirst().completeExceptionally(new IllegalStateException("broken"));
        underWay.get(1).complete(ErrorCode.STORAGE_ERROR);

        assertThat(first.resultNow()).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
        assertThat(second.resultNow()).isEqualTo(ErrorCode.STORAGE_ERROR);
        gathering.add("c");
        assertThat(lots.getLast()).containsExactly("c");
    }

    @Test
    void aTaskThatThrowsHasFailedAndTheNextGoOn() {
        Lots<String> throwing = new Lots<>(lot -> {
            lots.add(lot);
            throw new IllegalStateException("broken");
        });

        assertThat(throwing.add("a").resultNow()).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
        assertThat(throwing.add("b").resultNow()).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
        assertThat(lots).containsExactly(List.of("a"), List.of("b"));
    }
}
