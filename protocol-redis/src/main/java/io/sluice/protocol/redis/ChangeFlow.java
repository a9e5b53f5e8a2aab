package io.sluice.protocol.redis;

import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamService;
import io.sluice.protocol.redis.command.Plan;
import io.sluice.protocol.redis.command.Request;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.List;
import java.util.function.Consumer;

/**
 * Changes of streams that one client asks for, on their way: those that come while a lot is under way are the next one. Owner: the
 * connection's event loop.
 *
 * <pre>
 *   changes ──► gathered ──► in flight ──answers──► replies
 * </pre>
 */
final class ChangeFlow {
    private final RedisConnection connection;
    private ChangeRun gathered = new ChangeRun();
    private long submittedNs;
    private long inFlightBytes;
    private boolean isInFlight;
    private boolean isAwaitingRoom;

    ChangeFlow(RedisConnection connection) {
        this.connection = connection;
    }

    /** Whether nothing is gathered or under way. */
    boolean isQuiet() {
        return !isInFlight && gathered.isEmpty();
    }

    /** Whether nothing more can be added now. */
    boolean isFull() {
        return isAwaitingRoom || gathered.isFull();
    }

    /** What its requests take in memory. */
    long heldBytes() {
        return gathered.heldBytes() + inFlightBytes;
    }

    /** A reply whose turn comes after those of the changes before it. */
    void add(Consumer<ReplyWriter> reply, long requestBytes) {
        gathered.add(reply, requestBytes);
    }

    /** False if there is no room for it yet. */
    boolean add(Plan.Change change, Request request) {
        if (!hasRoomFor(request)) {
            return false;
        }
        gathered.add(change, request.heldBytes());
        gathered.contains(request);
        return true;
    }

    /** False if there is no room for it yet. */
    boolean add(Plan.Fetch fetch, Request request) {
        if (!hasRoomFor(request)) {
            return false;
        }
        gathered.add(fetch, request.heldBytes());
        gathered.contains(request);
        return true;
    }

    private boolean hasRoomFor(Request request) {
        if (!gathered.hasRoomFor(request.heldBytes())) {
            return false;
        }
        StreamService streams = connection.streams();
        if (streams.hasRoom()) {
            return true;
        }
        isAwaitingRoom = true;
        streams.whenRoom(() -> connection.execute(this::roomAgain, () -> {}));
        return false;
    }

    private void roomAgain() {
        isAwaitingRoom = false;
        connection.proceed();
    }

    /** Sends what is gathered to the broker, unless an earlier lot is under way or the connection is busy otherwise. */
    void submit() {
        if (isInFlight || gathered.isEmpty() || connection.isBusy() || connection.isClosing()) {
            return;
        }
        ChangeRun run = gathered;
        gathered = new ChangeRun();
        if (run.commands().isEmpty()) {
            run.write(List.of(), connection.writer());
            connection.account();
            return;
        }
        isInFlight = true;
        inFlightBytes = run.heldBytes();
        submittedNs = connection.listener().host().clock().nanoTime();
        connection
                .streams()
                .execute(run.commands(), false, connection.channel().eventLoop(), answers -> answered(run, answers));
    }

    private void answered(ChangeRun run, List<StreamAnswer> answers) {
        isInFlight = false;
        inFlightBytes = 0;
        Request first = run.first();
        if (first != null) {
            connection.took(first, submittedNs);
        }
        if (connection.isClosing()) {
            return;
        }
        run.write(answers, connection.writer());
        run.last(answers).ifPresent(connection::write);
        // What came meanwhile goes first: its commit runs while the replies are sent.
        submit();
        connection.proceed();
    }
}
