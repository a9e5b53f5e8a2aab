package io.sluice.protocol.redis;

import io.sluice.protocol.redis.command.Plan;
import io.sluice.protocol.redis.command.Views;
import org.jspecify.annotations.Nullable;

/** The command of one client that reads or waits, of which there is one at a time. Owner: the connection's event loop. */
final class CurrentRead {
    private final RedisConnection connection;
    private volatile @Nullable ReadRun reading;
    private volatile @Nullable AwaitRun awaiting;
    private boolean hasLastWaited;

    CurrentRead(RedisConnection connection) {
        this.connection = connection;
    }

    /** Begins to read; it may be over when this returns. */
    void start(Plan.Read read, Views views, boolean mayWait, Runnable whenDone) {
        ReadRun run = new ReadRun(connection, read, views, mayWait, () -> {
            ReadRun over = reading;
            hasLastWaited = over != null && over.hasWaited();
            reading = null;
            whenDone.run();
        });
        reading = run;
        run.step();
    }

    /** Begins to wait for entries of groups. */
    void await(Plan.Await plan) {
        AwaitRun run = new AwaitRun(connection, plan);
        awaiting = run;
        run.begin();
    }

    /** The wait for entries of groups is over. */
    void awaited() {
        awaiting = null;
    }

    /** Whether the read that ended last has waited for entries. */
    boolean hasLastWaited() {
        return hasLastWaited;
    }

    /** The client takes replies again. */
    void step() {
        ReadRun run = reading;
        if (run != null) {
            run.step();
        }
    }

    /** Ends a wait without entries, as if its time were over. */
    void finish() {
        ReadRun run = reading;
        if (run != null) {
            run.finish(false);
        }
        AwaitRun wait = awaiting;
        if (wait != null) {
            wait.finish(false);
        }
    }

    /** Ends a wait; false if there is none. Any thread: the answer is that of this moment. */
    boolean unblock(boolean withError) {
        if (!connection.session().isBlocked()) {
            return false;
        }
        ReadRun run = reading;
        AwaitRun wait = awaiting;
        if (run != null) {
            connection.execute(() -> run.finish(withError), () -> {});
        } else if (wait != null) {
            connection.execute(() -> wait.finish(withError), () -> {});
        }
        return run != null || wait != null;
    }

    /** Nobody is there to read or wait. */
    void end() {
        AwaitRun wait = awaiting;
        if (wait != null) {
            awaiting = null;
            wait.end();
        }
        ReadRun run = reading;
        if (run != null) {
            reading = null;
            run.end();
        }
    }
}
