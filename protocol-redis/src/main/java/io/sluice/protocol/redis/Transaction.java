package io.sluice.protocol.redis;

import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamView;
import io.sluice.network.MemoryBudget;
import io.sluice.protocol.redis.command.RedisException;
import io.sluice.protocol.redis.command.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a client has queued since MULTI, and what it watches. Owner: its connection's event loop. */
final class Transaction {
    /** The journal takes so much in one entry, and the client learns it at EXEC. */
    private static final long BYTES_MAX = 15L << 20;

    private static final int WATCHED_MAX = 10_000;

    private final MemoryBudget memory;
    private final List<Request> queued = new ArrayList<>();
    private final Map<StreamKey, Optional<StreamView>> watched = new LinkedHashMap<>();
    private boolean isOpen;
    private boolean isBroken;
    private long lengthBytes;
    private long takenBytes;

    /** Takes what it queues from {@code memory}. */
    Transaction(MemoryBudget memory) {
        this.memory = memory;
    }

    boolean isOpen() {
        return isOpen;
    }

    void begin() {
        isOpen = true;
    }

    /** A request could not be queued: EXEC will fail. */
    void broken() {
        isBroken = true;
    }

    boolean isBroken() {
        return isBroken || lengthBytes > BYTES_MAX;
    }

    /**
     * Keeps the request, unless the transaction is too large already. Throws {@link RedisException} if transactions of all
     * clients are too large together.
     */
    void queue(Request request) {
        lengthBytes += request.lengthBytes();
        if (isBroken()) {
            return;
        }
        if (!memory.tryTake(request.heldBytes())) {
            throw new RedisException(
                    "OOM command not allowed: transactions of all clients hold too much; EXEC or DISCARD some");
        }
        takenBytes += request.heldBytes();
        queued.add(request);
    }

    List<Request> queued() {
        return queued;
    }

    /** The stream as it is seen now; false if there are too many. */
    boolean watch(StreamKey key, Optional<StreamView> seen) {
        watched.putIfAbsent(key, seen);
        return watched.size() <= WATCHED_MAX;
    }

    Map<StreamKey, Optional<StreamView>> watched() {
        return watched;
    }

    void unwatch() {
        watched.clear();
    }

    /** As before MULTI and WATCH. */
    void end() {
        isOpen = false;
        isBroken = false;
        lengthBytes = 0;
        memory.giveBack(takenBytes);
        takenBytes = 0;
        queued.clear();
        watched.clear();
    }
}
