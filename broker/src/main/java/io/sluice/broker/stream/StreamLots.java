package io.sluice.broker.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * What an event loop's clients want in one turn of it goes to the shard together: woken by the first, the shard would decide
 * that one alone and have the others wait for its commit. Any thread.
 */
final class StreamLots {
    private final Map<Executor, List<StreamRun>> byExecutor = new ConcurrentHashMap<>();
    private final Consumer<List<StreamRun>> shard;

    StreamLots(Consumer<List<StreamRun>> shard) {
        this.shard = shard;
    }

    /** Submits the run, in the order of these calls, once the executor has done what it is doing now. */
    void add(Executor executor, StreamRun run) {
        List<StreamRun> lot = byExecutor.compute(executor, (same, begun) -> {
            List<StreamRun> runs = begun == null ? new ArrayList<>() : begun;
            runs.add(run);
            return runs;
        });
        if (lot.getFirst() == run) {
            try {
                executor.execute(() -> submit(executor));
            } catch (RejectedExecutionException over) {
                submit(executor);
            }
        }
    }

    private void submit(Executor executor) {
        List<StreamRun> lot = byExecutor.remove(executor);
        if (lot != null) {
            shard.accept(lot);
        }
    }
}
