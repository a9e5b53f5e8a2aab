package io.sluice.common;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Calls whose outcome comes later. Any thread. */
public final class Begun {
    private Begun() {}

    /** What the call answers. If it throws instead, that is what the future fails with: whoever waits for its end hears of both. */
    public static <T> CompletableFuture<T> of(Supplier<CompletableFuture<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }
}
