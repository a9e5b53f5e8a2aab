package io.sluice.protocol.kafka.codec;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Many answers that become one. */
public final class Gathering {
    private Gathering() {}

    /** All of them in their order, once all are there; at once if they are. */
    public static <T> CompletableFuture<List<T>> of(List<CompletableFuture<T>> answers) {
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done ->
                        answers.stream().map(CompletableFuture::resultNow).toList());
    }
}
