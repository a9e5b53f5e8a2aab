package io.sluice.replication.raft;

import io.sluice.common.PeerServices;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * Nodes ask a group's leader where its log ends: a service among nodes. Any thread.
 *
 * <pre>
 * call     name of the group as UTF-8
 * answer   0 long term, 0 where the node does not lead the group   8 long index of its newest entry
 * </pre>
 */
final class LogEnds {
    private static final int ANSWER_BYTES = 16;
    private static final int NAME_BYTES_MAX = 1_000;
    private static final long TIMEOUT_MS = 1_000;

    private final PeerServices peers;
    private final Executor executor;
    private final Map<String, Supplier<LogEnd>> groups = new ConcurrentHashMap<>();

    /**
     * Where the log of a node ends at a moment.
     *
     * @param term in which it led then, 0 if it did not
     * @param lastIndex its newest entry, be it durable or not
     */
    record LogEnd(long term, long lastIndex) {
        static final LogEnd OF_NO_LEADER = new LogEnd(0, 0);

        boolean isOfLeader() {
            return term > 0;
        }
    }

    /** From now on answers others, on the executor: the groups may block. */
    LogEnds(PeerServices peers, Executor executor) {
        this.peers = peers;
        this.executor = executor;
        peers.serve(PeerServices.LOG_ENDS, (from, request) -> answer(request));
    }

    /** From now on {@code end} answers for the group. */
    void add(String group, Supplier<LogEnd> end) {
        groups.put(group, end);
    }

    void remove(String group) {
        groups.remove(group);
    }

    /** Fails if the node does not answer within a second. Completes on threads of the network: whoever waits hands over. */
    CompletableFuture<LogEnd> ask(int nodeId, String group) {
        return peers.call(nodeId, PeerServices.LOG_ENDS, StandardCharsets.UTF_8.encode(group), TIMEOUT_MS)
                .thenApply(LogEnds::decoded);
    }

    private CompletableFuture<ByteBuffer> answer(ByteBuffer request) {
        if (request.remaining() > NAME_BYTES_MAX) {
            return CompletableFuture.failedFuture(new IllegalArgumentException("the name of a group is too long"));
        }
        String group = StandardCharsets.UTF_8.decode(request).toString();
        Supplier<LogEnd> end = groups.getOrDefault(group, () -> LogEnd.OF_NO_LEADER);
        try {
            return CompletableFuture.supplyAsync(() -> encoded(end.get()), executor);
        } catch (RejectedExecutionException stopped) {
            return CompletableFuture.failedFuture(stopped);
        }
    }

    private static ByteBuffer encoded(LogEnd end) {
        return ByteBuffer.allocate(ANSWER_BYTES)
                .putLong(end.term())
                .putLong(end.lastIndex())
                .flip();
    }

    private static LogEnd decoded(ByteBuffer answer) {
        if (answer.remaining() != ANSWER_BYTES) {
            throw new IllegalArgumentException("an answer of " + answer.remaining() + " bytes");
        }
        return new LogEnd(answer.getLong(), answer.getLong());
    }
}
