package io.sluice.broker.topic;

import io.sluice.broker.api.ProducerIdService;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Hands out ids from blocks of a thousand, as Kafka's {@code ProducerIdManager} does: one event for many producers. What
 * is left of a block when the process ends is lost, never given twice.
 */
public final class ProducerIdBlocks implements ProducerIdService {
    private static final int BLOCK_IDS = 1_000;
    private static final int WAITING_MAX = 100_000;

    private final MetadataRuntime metadata;
    private final ArrayDeque<CompletableFuture<Result<Long>>> waiting = new ArrayDeque<>();
    private long nextId;
    private long endId;
    private boolean isAsking;

    /** Takes the first block when somebody asks. */
    public ProducerIdBlocks(MetadataRuntime metadata) {
        this.metadata = metadata;
    }

    @Override
    public CompletableFuture<Result<Long>> next() {
        CompletableFuture<Result<Long>> answer = new CompletableFuture<>();
        synchronized (this) {
            if (nextId < endId) {
                return CompletableFuture.completedFuture(Result.of(nextId++));
            }
            if (waiting.size() >= WAITING_MAX) {
                return CompletableFuture.completedFuture(Result.failed(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS));
            }
            waiting.add(answer);
            if (isAsking) {
                return answer;
            }
            isAsking = true;
        }
        ask();
        return answer;
    }

    private void ask() {
        metadata.runner().submit(metadata.state(), new TakeProducerIds(BLOCK_IDS, taken -> taken(told(taken))));
    }

    /** As Kafka's brokers while they wait for a block: all clients ask again. */
    private static Result<Long> told(Result<Long> taken) {
        return switch (taken.error()) {
            case NOT_COORDINATOR, NOT_LEADER_OR_FOLLOWER -> Result.failed(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
            default -> taken;
        };
    }

    private void taken(Result<Long> first) {
        List<Runnable> answers = new ArrayList<>();
        boolean isMoreWanted;
        synchronized (this) {
            if (first.isOk()) {
                nextId = first.get();
                endId = nextId + BLOCK_IDS;
            }
            while (!waiting.isEmpty() && !(first.isOk() && nextId == endId)) {
                CompletableFuture<Result<Long>> answer = waiting.remove();
                Result<Long> result = first.isOk() ? Result.of(nextId++) : first;
                answers.add(() -> answer.complete(result));
            }
            isMoreWanted = !waiting.isEmpty();
            isAsking = isMoreWanted;
        }
        answers.forEach(Runnable::run);
        if (isMoreWanted) {
            ask();
        }
    }
}
