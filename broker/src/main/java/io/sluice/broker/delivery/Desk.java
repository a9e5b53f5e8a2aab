package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryService.Acquire;
import io.sluice.broker.api.DeliveryService.Acquired;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for records of one group, in the order of coming, and what else only a leader knows of it. Owner: the shard's
 * apply thread.
 */
final class Desk {
    /** Whoever else comes is told to look for himself. */
    private static final int AWAITING_MAX = 10_000;

    private static final int PARKED_MAX = 10_000;

    private final ArrayDeque<Parked> parked = new ArrayDeque<>();
    private final List<Awaiting> awaiting = new ArrayList<>();
    private OpenPartition.@Nullable Listener listener;
    private final KnownSpans knownSpans = new KnownSpans();
    private final List<Runnable> looking = new ArrayList<>();
    private boolean isLooking;
    private boolean isWakePending;
    private long redelivered;
    private long deadLetters;

    /** A request that waits; {@code deadlineMs} in shard time. */
    record Parked(Acquire request, CompletableFuture<Result<Acquired>> answer, long deadlineMs) {
        boolean isOver(long nowMs) {
            return deadlineMs <= nowMs || answer.isDone() || request.isGone().getAsBoolean();
        }

        void answerEmpty(long lockMs) {
            answer.complete(Result.of(new Acquired(List.of(), lockMs)));
        }
    }

    /** Who waits until there is about so much to be had. */
    private record Awaiting(CompletableFuture<ErrorCode> answer, long bytesMin) {}

    /** What was looked up of the log for this group. */
    KnownSpans knownSpans() {
        return knownSpans;
    }

    /** Whoever it is goes on once the log was looked at; answers whether somebody has to. */
    boolean lookFor(Runnable then) {
        looking.add(then);
        return beginLook();
    }

    /** Whether nobody looks at the log for this group; then somebody does from now on. */
    boolean beginLook() {
        boolean begins = !isLooking;
        isLooking = true;
        return begins;
    }

    /** The log was looked at: everybody goes on. */
    void looked() {
        isLooking = false;
        List<Runnable> waiting = List.copyOf(looking);
        looking.clear();
        waiting.forEach(Runnable::run);
    }

    /** Answers whether there is room for one more to wait. */
    boolean park(Parked request) {
        if (parked.size() >= PARKED_MAX) {
            return false;
        }
        parked.addLast(request);
        return true;
    }

    @Nullable
    Parked next() {
        return parked.peekFirst();
    }

    void served() {
        parked.removeFirst();
    }

    /** Answers requests whose time is over. */
    void dismiss(long nowMs, long lockMs) {
        for (Iterator<Parked> each = parked.iterator(); each.hasNext(); ) {
            Parked request = each.next();
            if (request.isOver(nowMs)) {
                each.remove();
                request.answerEmpty(lockMs);
            }
        }
    }

    /** When the first parked request's time is over; {@link Long#MAX_VALUE} if none waits. */
    long deadlineMs() {
        long earliest = Long.MAX_VALUE;
        for (Parked request : parked) {
            earliest = Math.min(earliest, request.deadlineMs());
        }
        return earliest;
    }

    void await(CompletableFuture<ErrorCode> answer, long bytesMin) {
        if (awaiting.size() >= AWAITING_MAX) {
            awaiting.removeIf(each -> each.answer().isDone());
        }
        if (awaiting.size() >= AWAITING_MAX) {
            answer.complete(ErrorCode.NONE);
        } else {
            awaiting.add(new Awaiting(answer, bytesMin));
        }
    }

    /** Whoever waits for so much work, or less, hears of it. */
    void callAwaiting(long workBytes) {
        if (workBytes > 0) {
            end(each -> each.bytesMin() <= workBytes, ErrorCode.NONE);
        }
    }

    private void end(Predicate<Awaiting> whose, ErrorCode outcome) {
        List<Awaiting> called = awaiting.stream().filter(whose).toList();
        awaiting.removeIf(whose);
        called.forEach(each -> each.answer().complete(outcome));
    }

    boolean hasWaiters() {
        return !parked.isEmpty() || !awaiting.isEmpty();
    }

    /** Ends every wait with the error. */
    void close(ErrorCode reason) {
        List<Parked> ended = List.copyOf(parked);
        parked.clear();
        ended.forEach(request -> request.answer().complete(Result.failed(reason)));
        end(each -> true, reason);
        looked();
    }

    OpenPartition.@Nullable Listener listener() {
        return listener;
    }

    void listenWith(OpenPartition.@Nullable Listener newListener) {
        listener = newListener;
    }

    /** Whether a look at the waiters is to be ordered: somebody waits, and none is ordered yet. */
    boolean orderWake() {
        boolean orders = hasWaiters() && !isWakePending;
        isWakePending |= orders;
        return orders;
    }

    void wakeArrived() {
        isWakePending = false;
    }

    void countRedelivered(long records) {
        redelivered += records;
    }

    void countDeadLetters(long records) {
        deadLetters += records;
    }

    long redelivered() {
        return redelivered;
    }

    long deadLetters() {
        return deadLetters;
    }
}
