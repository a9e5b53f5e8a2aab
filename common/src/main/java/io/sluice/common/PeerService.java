package io.sluice.common;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** Answers requests of other nodes. Called on event loops: it hands over and does not block. */
@FunctionalInterface
public interface PeerService {
    /**
     * Answers a request, whose bytes belong to the handler. What the future fails with reaches the asking node as the
     * message of its {@link PeerCallException}.
     */
    CompletableFuture<ByteBuffer> handle(int fromNodeId, ByteBuffer request);
}
