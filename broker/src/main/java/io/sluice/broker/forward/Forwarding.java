package io.sluice.broker.forward;

import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.common.PeerServices;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.CommandRunner;
import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.StateMachine;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs commands where they can be decided. Any thread.
 *
 * <pre>
 *   submit ──leads──► own shard ──decided──► answered
 *      │                  │
 *      │                  └─leads no more, nothing decided──┐
 *      └─follows──► call the leader ──answer──► wait until applied here ──► answered
 *              ▲         │                                  │
 *              └─pause───┴──────────────────────────────────┘ nobody leads, or that one no more; at last refused
 * </pre>
 *
 * A leader that dies with the command, or leads no more before it sees it committed, may have decided it: it is sent again all
 * the same if it may be, as Kafka's brokers do with what their controller does not answer.
 */
public final class Forwarding implements CommandRunner {
    /** Number of the service among nodes. */
    public static final int SERVICE = 2;

    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);
    private static final int DECIDED = 0;
    private static final int REFUSED = 1;
    /** A leader that is frozen has a successor before this. */
    private static final long CALL_TIMEOUT_MS = 5_000;

    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_MS = 50;
    private static final long LOOK_MS = 1;
    private static final int LOOKS = 5_000;

    private final int nodeId;
    private final DecidingShard shard;
    private final PeerServices peers;
    private final Clock clock;
    private final ScheduledThreadPoolExecutor executor;
    private final Map<Integer, CommandReader> readers = new ConcurrentHashMap<>();

    /** {@code threads} makes one that waits. */
    public Forwarding(int nodeId, DecidingShard shard, PeerServices peers, Clock clock, ThreadFactory threads) {
        this.nodeId = nodeId;
        this.shard = shard;
        this.peers = peers;
        this.clock = clock;
        executor = new ScheduledThreadPoolExecutor(1, threads);
        peers.serve(SERVICE, this::decide);
    }

    /** From now on commands of the kind that others send are read so. */
    public void accept(int kind, CommandReader reader) {
        readers.put(kind, reader);
    }

    @Override
    public <M extends StateMachine> void submit(M machine, Command<M> command) {
        if (command instanceof ForwardedCommand<M> travelling) {
            send(new Travel<>(machine, travelling, clock.nanoTime() + LIMIT_NS, ErrorCode.NOT_COORDINATOR));
        } else {
            shard.submit(machine, command);
        }
    }

    /**
     * A command on its way.
     *
     * @param outcome what is known of it should it arrive nowhere before the deadline
     */
    private record Travel<M extends StateMachine>(
            M machine, ForwardedCommand<M> command, long deadlineNs, ErrorCode outcome) {
        Travel<M> perhapsDecided() {
            return new Travel<>(machine, command, deadlineNs, ErrorCode.NOT_LEADER_OR_FOLLOWER);
        }

        ByteBuffer request() {
            ByteWriter out = new ByteWriter().putByte(command.kind());
            command.write(out);
            return out.toBuffer();
        }
    }

    /** Decided by this node; where that one leads no more when its turn comes, by whoever leads then. */
    private final class Here<M extends StateMachine> implements Command<M> {
        private final Travel<M> travel;

        Here(Travel<M> travel) {
            this.travel = travel;
        }

        @Override
        public void decide(M state, Decision decision, long nowMs) {
            Decision watched = travel.command().mayBeRepeated()
                    ? new RepeatedDecision(decision, () -> sendLater(travel.perhapsDecided()))
                    : decision;
            travel.command().decide(state, watched, nowMs);
        }

        @Override
        public void refused(ErrorCode reason) {
            if (reason == ErrorCode.NOT_COORDINATOR) {
                sendLater(travel);
            } else {
                travel.command().refused(reason);
            }
        }
    }

    private <M extends StateMachine> void send(Travel<M> travel) {
        int leader = shard.leaderId();
        if (shard.isLeading()) {
            shard.submit(travel.machine(), new Here<>(travel));
        } else if (leader <= 0 || leader == nodeId) {
            sendLater(travel);
        } else {
            var unused = peers.call(leader, SERVICE, travel.request(), CALL_TIMEOUT_MS)
                    .whenComplete((answer, failure) -> {
                        if (failure == null) {
                            executor.execute(() -> heard(travel, answer));
                        } else {
                            LOG.debug("node {} did not answer", leader, failure);
                            perhapsDecided(travel, ErrorCode.REQUEST_TIMED_OUT);
                        }
                    });
        }
    }

    /** Nobody here knows whether it was decided; {@code unrepeated} is told to who must not be decided again. */
    private <M extends StateMachine> void perhapsDecided(Travel<M> travel, ErrorCode unrepeated) {
        if (travel.command().mayBeRepeated()) {
            sendLater(travel.perhapsDecided());
        } else {
            travel.command().refused(unrepeated);
        }
    }

    private <M extends StateMachine> void sendLater(Travel<M> travel) {
        if (clock.nanoTime() - travel.deadlineNs() >= 0) {
            travel.command().refused(travel.outcome());
            return;
        }
        later(PAUSE_MS, () -> send(travel), () -> travel.command().refused(travel.outcome()));
    }

    private void later(long delayMs, Runnable task, Runnable ifStopped) {
        try {
            var unused = executor.schedule(task, delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
            ifStopped.run();
        }
    }

    /** Nodes of two releases should understand each other; if they do not, that costs this command and nothing else. */
    private <M extends StateMachine> void heard(Travel<M> travel, ByteBuffer answer) {
        try {
            read(travel, new ByteReader(answer));
        } catch (BrokenInvariantException malformed) {
            unreadable(travel.command(), malformed);
        }
    }

    private static void unreadable(ForwardedCommand<?> command, BrokenInvariantException malformed) {
        LOG.warn("the answer to a command of kind {} cannot be read", command.kind(), malformed);
        command.refused(ErrorCode.UNKNOWN_SERVER_ERROR);
    }

    private <M extends StateMachine> void read(Travel<M> travel, ByteReader in) {
        if (in.getByte() == DECIDED) {
            awaitApplied(travel, in.getLong(), in, LOOKS);
            return;
        }
        ErrorCode error = ForwardedResult.error(in.getInt());
        boolean isUndecided = in.getByte() == 1;
        if (isUndecided) {
            sendLater(travel);
        } else if (error == ErrorCode.NOT_LEADER_OR_FOLLOWER) {
            perhapsDecided(travel, error);
        } else {
            travel.command().refused(error);
        }
    }

    /** A node that lags for long answers nevertheless: it was decided. */
    private <M extends StateMachine> void awaitApplied(Travel<M> travel, long index, ByteReader in, int looks) {
        if (shard.appliedIndex() >= index || looks == 0) {
            shard.submit(travel.machine(), new Answered<>(travel.command(), in, travel.machine()));
        } else {
            later(
                    LOOK_MS,
                    () -> awaitApplied(travel, index, in, looks - 1),
                    () -> travel.command().refused(ErrorCode.REQUEST_TIMED_OUT));
        }
    }

    /** Tells the command on the apply thread, whether this node leads by now or not. */
    private record Answered<M extends StateMachine>(ForwardedCommand<M> command, ByteReader in, M machine)
            implements Command<M> {
        @Override
        public void decide(M state, Decision decision, long nowMs) {
            decision.afterCommit(this::tell, error -> tell());
        }

        @Override
        public void refused(ErrorCode reason) {
            tell();
        }

        private void tell() {
            try {
                command.answered(machine, in);
            } catch (BrokenInvariantException malformed) {
                unreadable(command, malformed);
            }
        }
    }

    private CompletableFuture<ByteBuffer> decide(int fromNodeId, ByteBuffer request) {
        CompletableFuture<ByteBuffer> reply = new CompletableFuture<>();
        try {
            ByteReader in = new ByteReader(request);
            int kind = in.getByte();
            CommandReader reader = readers.get(kind);
            if (reader == null) {
                LOG.warn("node {} sent a command of kind {}, which this release does not know", fromNodeId, kind);
                reply.complete(refusal(ErrorCode.UNSUPPORTED_VERSION, false));
            } else if (!shard.isLeading()) {
                reply.complete(refusal(ErrorCode.NOT_COORDINATOR, true));
            } else {
                reader.take(in, new Reply(reply));
            }
        } catch (BrokenInvariantException malformed) {
            LOG.warn("node {} sent a command that cannot be read", fromNodeId, malformed);
            reply.complete(refusal(ErrorCode.INVALID_REQUEST, false));
        }
        return reply;
    }

    private static ByteBuffer refusal(ErrorCode reason, boolean isUndecided) {
        return new ByteWriter()
                .putByte(REFUSED)
                .putInt(reason.kafkaCode())
                .putByte(isUndecided ? 1 : 0)
                .toBuffer();
    }

    private final class Reply implements CommandReader.Outcome {
        private final CompletableFuture<ByteBuffer> future;

        Reply(CompletableFuture<ByteBuffer> future) {
            this.future = future;
        }

        @Override
        public void decided(Consumer<ByteWriter> answer) {
            ByteWriter out = new ByteWriter().putByte(DECIDED).putLong(shard.reachedIndex());
            answer.accept(out);
            future.complete(out.toBuffer());
        }

        @Override
        public void refused(ErrorCode reason) {
            future.complete(refusal(reason, reason == ErrorCode.NOT_COORDINATOR));
        }
    }

    /** Waits for nothing any more; what is on its way is refused. */
    public void stop() {
        executor.shutdownNow();
    }
}
