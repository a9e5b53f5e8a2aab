package io.sluice.common;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Requests between the nodes of a cluster, beside what the consensus sends, over the same connections. A service is a number
 * that all nodes agree on. Any thread.
 */
public interface PeerServices {
    /** A request or an answer has at most so many bytes. */
    int MESSAGE_BYTES_MAX = 4 << 20;

    /** Files of a checkpoint, for replicas that are far behind. */
    int CHECKPOINT_FILES = 1;

    /** Where the log of a group's leader ends, for replicas that repair themselves. */
    int LOG_ENDS = 7;

    /** From now on requests of others for the service go to the handler; one handler for each service, for ever. */
    void serve(int service, PeerService handler);

    /**
     * Sends a request to the node; the remaining bytes belong to the call from now on. Completes with the answer, or fails
     * with {@link PeerCallException}; then the request may have been handled nevertheless. Completes on threads of the
     * network: whoever waits hands over.
     */
    CompletableFuture<ByteBuffer> call(int nodeId, int service, ByteBuffer request, long timeoutMs);
}
