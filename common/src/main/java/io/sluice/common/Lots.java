package io.sluice.common;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands things over in lots: what comes while a lot is under way goes together afterwards, each thing once. For what costs about
 * as much for many as for one. Any thread.
 */
public final class Lots<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Lots.class);

    private final Function<List<T>, CompletableFuture<ErrorCode>> task;
    private final Set<T> waiting = new LinkedHashSet<>();
    private CompletableFuture<ErrorCode> outcome = new CompletableFuture<>();
    private boolean isUnderWay;

    /** The task takes a lot and completes when it is done with it; on the thread of who adds, or of who completed the one before. */
    public Lots(Function<List<T>, CompletableFuture<ErrorCode>> task) {
        this.task = task;
    }

    /** One more; completes as the task does for its lot. */
    public CompletableFuture<ErrorCode> add(T thing) {
        CompletableFuture<ErrorCode> ofLot;
        synchronized (this) {
            waiting.add(thing);
            ofLot = outcome;
            if (isUnderWay) {
                return ofLot;
            }
            isUnderWay = true;
        }
        handOver();
        return ofLot;
    }

    private void handOver() {
        List<T> lot;
        CompletableFuture<ErrorCode> ofLot;
        synchronized (this) {
            lot = List.copyOf(waiting);
            waiting.clear();
            isUnderWay = !lot.isEmpty();
            if (lot.isEmpty()) {
                return;
            }
            ofLot = outcome;
            outcome = new CompletableFuture<>();
        }
        var unused = Begun.of(() -> task.apply(lot)).whenComplete((error, failure) -> {
            if (failure != null) {
                LOG.error("a lot of {} could not be handed over", lot.size(), failure);
            }
            ofLot.complete(failure == null ? error : ErrorCode.UNKNOWN_SERVER_ERROR);
            handOver();
        });
    }
}
