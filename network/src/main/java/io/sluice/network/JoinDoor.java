package io.sluice.network;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** Answers brokers that want to become nodes of the cluster. Called on event loops: it hands over. */
@FunctionalInterface
public interface JoinDoor {
    /** A question has at most so many bytes. */
    int QUESTION_BYTES_MAX = 64 << 10;

    /** Answers one question of a broker that has proved to know the cluster's secret. */
    CompletableFuture<ByteBuffer> ask(ByteBuffer question);
}
