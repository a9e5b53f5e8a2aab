package io.sluice.broker.api;

import java.util.concurrent.CompletableFuture;

/** Ids for idempotent producers, unique for the life of the cluster. Any thread. */
public interface ProducerIdService {
    /**
     * A producer id never given before; taken from a block that is durable already, so mostly complete at once.
     * Needs IDEMPOTENT_WRITE on the cluster or WRITE on any topic.
     */
    CompletableFuture<Result<Long>> next();
}
