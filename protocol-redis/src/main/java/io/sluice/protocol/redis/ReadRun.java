package io.sluice.protocol.redis;

import io.netty.buffer.ByteBuf;
import io.sluice.broker.api.StreamService;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.ErrorCode;
import io.sluice.log.DamagedLogException;
import io.sluice.log.disk.DiskException;
import io.sluice.protocol.redis.command.EntriesGoneException;
import io.sluice.protocol.redis.command.Plan;
import io.sluice.protocol.redis.command.ReadTask.Status;
import io.sluice.protocol.redis.command.RedisException;
import io.sluice.protocol.redis.command.Views;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reading command under way: steps on the event loop while memory has what it wants and the client takes what it gets, on
 * another thread where the disk is needed, and waits in between if it blocks. Owner: the connection's event loop.
 */
final class ReadRun {
    private static final Logger LOG = LoggerFactory.getLogger(ReadRun.class);

    private final RedisConnection connection;
    private final Plan.Read read;
    private final Views views;
    private final boolean mayWait;
    private final Runnable whenDone;
    private StreamService.@Nullable Watch watch;
    private @Nullable Future<?> timer;
    private boolean isWaiting;
    private boolean isOnDisk;
    private boolean isWatched;
    private boolean isOver;
    private boolean hasWaited;

    /** {@code whenDone} comes once, on the event loop, perhaps within {@link #step}. */
    ReadRun(RedisConnection connection, Plan.Read read, Views views, boolean mayWait, Runnable whenDone) {
        this.connection = connection;
        this.read = read;
        this.views = views;
        this.mayWait = mayWait;
        this.whenDone = whenDone;
    }

    /** Whether it has waited for entries. */
    boolean hasWaited() {
        return hasWaited;
    }

    /** Goes as far as it can now. */
    void step() {
        while (!isOver && !isWaiting && !isOnDisk && connection.mayWrite()) {
            ReplyWriter out = connection.writer();
            int before = out.out().writerIndex();
            try {
                advance(read.task().step(views, false, out));
            } catch (RedisException refused) {
                out.out().writerIndex(before);
                out.error(refused.reply());
                done();
            } catch (EntriesGoneException gone) {
                end();
                connection.refuse(String.valueOf(gone.getMessage()));
            }
        }
    }

    private void advance(Status status) {
        switch (status) {
            case DONE -> done();
            case MORE -> connection.flushIfLarge();
            case ON_DISK -> readFromDisk();
            case WAIT -> await();
        }
    }

    private void readFromDisk() {
        isOnDisk = true;
        boolean isVersion3 = connection.session().isVersion3();
        try {
            connection.listener().host().blocking().execute(() -> {
                ByteBuf piece = connection.newBuffer();
                ReplyWriter out = new ReplyWriter(piece, isVersion3);
                Outcome outcome = blockingStep(out);
                connection.execute(() -> takeFromDisk(piece, outcome), piece::release);
            });
        } catch (RejectedExecutionException over) {
            LOG.debug("nobody reads for client={}", connection.session().id(), over);
        }
    }

    private record Outcome(
            Status status, @Nullable String error, @Nullable String ending) {}

    private Outcome blockingStep(ReplyWriter out) {
        int before = out.out().writerIndex();
        try {
            return new Outcome(read.task().step(views, true, out), null, null);
        } catch (RedisException refused) {
            out.out().writerIndex(before);
            return new Outcome(Status.DONE, refused.reply(), null);
        } catch (DamagedLogException | DiskException failure) {
            LOG.error("entries of a stream cannot be read", failure);
            return new Outcome(Status.DONE, null, ErrorCode.STORAGE_ERROR.text());
        } catch (EntriesGoneException gone) {
            return new Outcome(Status.DONE, null, String.valueOf(gone.getMessage()));
        } catch (BrokenInvariantException broken) {
            throw broken;
        } catch (RuntimeException failure) {
            // The client would wait for ever.
            LOG.error("a command of client={} failed", connection.session().id(), failure);
            return new Outcome(Status.DONE, null, "its command failed");
        }
    }

    private void takeFromDisk(ByteBuf piece, Outcome outcome) {
        isOnDisk = false;
        if (isOver) {
            piece.release();
            return;
        }
        connection.write(piece);
        if (outcome.ending() != null) {
            end();
            connection.refuse(outcome.ending());
            return;
        }
        if (outcome.error() != null) {
            connection.writer().error(outcome.error());
        }
        advance(outcome.status());
        step();
        connection.flushAll();
    }

    private void await() {
        if (!mayWait) {
            read.task().timedOut(connection.writer());
            done();
            return;
        }
        isWaiting = true;
        hasWaited = true;
        connection.session().blocked(true);
        if (watch == null && read.task().waitMs() > 0 && timer == null) {
            timer = connection
                    .channel()
                    .eventLoop()
                    .schedule(() -> finish(false), read.task().waitMs(), TimeUnit.MILLISECONDS);
        }
        if (!isWatched) {
            watchAnew();
        }
    }

    /** After each news, for a key may have become another stream; then it looks once more for what came before the watch. */
    private void watchAnew() {
        StreamService.Watch before = watch;
        watch = connection.session().broker().streams().watch(read.keys(), this::wake);
        if (before != null) {
            before.end();
        }
        isWatched = true;
        connection.execute(this::lookAgain, () -> {});
    }

    /** On any thread. */
    private void wake() {
        connection.execute(this::wokenUp, () -> {});
    }

    private void wokenUp() {
        isWatched = false;
        lookAgain();
    }

    private void lookAgain() {
        if (isWaiting && !isOver) {
            isWaiting = false;
            connection.session().blocked(false);
            step();
            connection.flushAll();
        }
    }

    /** Ends the wait without entries; false if it does not wait. On the event loop. */
    boolean finish(boolean withError) {
        if (isOver || !isWaiting) {
            return false;
        }
        if (withError) {
            connection.writer().error("UNBLOCKED client unblocked via CLIENT UNBLOCK");
        } else {
            read.task().timedOut(connection.writer());
        }
        done();
        connection.flushAll();
        return true;
    }

    private void done() {
        end();
        whenDone.run();
    }

    /** Nobody waits for it any more. */
    void end() {
        isOver = true;
        isWaiting = false;
        connection.session().blocked(false);
        if (watch != null) {
            watch.end();
            watch = null;
        }
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
