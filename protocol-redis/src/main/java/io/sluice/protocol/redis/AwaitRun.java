package io.sluice.protocol.redis;

import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamService;
import io.sluice.protocol.redis.command.Plan;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One command that waits for entries of groups. The broker serves those who wait in the order in which they began to; here is
 * only when it ends in vain. Owner: the connection's event loop.
 */
final class AwaitRun {
    /** Asking in vain again and again means that something is wrong with the entries: then the wait is over. */
    private static final int VAIN_ASKS_MAX = 100;

    private final RedisConnection connection;
    private final Plan.Await plan;
    private StreamService.@Nullable Wait wait;
    private @Nullable Future<?> timer;
    private boolean isOver;
    private boolean isOverdue;
    private boolean isLastAsk;
    private int vainAsks;

    AwaitRun(RedisConnection connection, Plan.Await plan) {
        this.connection = connection;
        this.plan = plan;
    }

    void begin() {
        if (plan.waitMs() > 0) {
            timer = connection.channel().eventLoop().schedule(this::expire, plan.waitMs(), TimeUnit.MILLISECONDS);
        }
        ask();
        connection.session().blocked(true);
    }

    private void ask() {
        wait = connection.streams().await(plan.command(), connection.channel().eventLoop(), this::answered);
        if (isOverdue) {
            isLastAsk = true;
            expire();
        }
    }

    /** Its time is over. What is there by then is handed out still, however long it takes to look for it. */
    private void expire() {
        isOverdue = true;
        StreamService.Wait current = wait;
        if (!isOver && current != null && current.expire()) {
            endInVain(false);
        }
    }

    private void answered(StreamAnswer answer) {
        if (isOver) {
            return;
        }
        boolean isEmpty =
                answer instanceof GroupAnswer.Handed handed && handed.streams().isEmpty();
        if (isEmpty && !isLastAsk && ++vainAsks < VAIN_ASKS_MAX) {
            // The entries that came were gone, or another's, before they could be looked up.
            ask();
            return;
        }
        end();
        connection.awaited(Optional.of(plan.task().apply(answer)));
        connection.flushAll();
    }

    /** Ends the wait without entries; false if they are on their way. On the event loop. */
    boolean finish(boolean withError) {
        StreamService.Wait current = wait;
        if (isOver || current == null || !current.end()) {
            return false;
        }
        endInVain(withError);
        return true;
    }

    private void endInVain(boolean withError) {
        end();
        if (withError) {
            connection.writer().error("UNBLOCKED client unblocked via CLIENT UNBLOCK");
        } else {
            connection.writer().nilArray();
        }
        connection.awaited(Optional.empty());
        connection.flushAll();
    }

    /** Nobody waits for it any more. */
    void end() {
        isOver = true;
        connection.session().blocked(false);
        if (wait != null) {
            wait.end();
            wait = null;
        }
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
