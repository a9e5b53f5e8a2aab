package io.sluice.broker.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.config.ConfigValues;
import io.sluice.broker.config.LiveConfigs;
import io.sluice.common.SimulatedClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class HousekeepingTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final LiveConfigs live = new LiveConfigs(ConfigValues.NONE);
    private final CompletableFuture<Throwable> ended = new CompletableFuture<>();
    private final Housekeeping housekeeping =
            new Housekeeping(() -> List.of(), live, new SimulatedClock(), this::newThread);

    private Thread newThread(Runnable task) {
        return Thread.ofPlatform()
                .daemon()
                .uncaughtExceptionHandler((thread, failure) -> ended.complete(failure))
                .unstarted(task);
    }

    @Test
    void aRoundThatFailsIsFollowedByTheNext() {
        CompletableFuture<Void> third = new CompletableFuture<>();
        AtomicInteger rounds = new AtomicInteger();
        housekeeping.start(live, () -> {
            if (rounds.incrementAndGet() == 3) {
                third.complete(null);
            }
            throw new IllegalStateException("round " + rounds.get());
        });

        assertThat(third).succeedsWithin(PATIENCE);
        housekeeping.stop();
        assertThat(ended).isNotDone();
    }

    @Test
    void whatNoRoundCanGoOnAfterEndsTheThreadForAllToSee() {
        housekeeping.start(live, () -> {
            throw new StackOverflowError("no more");
        });

        assertThat(ended).succeedsWithin(PATIENCE).isInstanceOf(StackOverflowError.class);
        housekeeping.stop();
    }
}
