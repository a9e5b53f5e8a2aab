package io.sluice.broker.retention;

import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Bounds how many control entries of one round are on their way: clients' appends share their queue. One thread. */
final class Proposals {
    private static final int UNDER_WAY_MAX = 256;
    private static final long WAIT_SECONDS = 60;

    private final List<CompletableFuture<ErrorCode>> underWay = new ArrayList<>();
    private boolean hasFailed;

    /** Adds one; waits for all if there are many. Answers whether it goes on. */
    boolean add(CompletableFuture<ErrorCode> proposal) {
        underWay.add(proposal);
        return underWay.size() < UNDER_WAY_MAX || await();
    }

    /** Waits for those under way; false if they take too long or the thread shall end: the next round tries again. */
    boolean await() {
        CompletableFuture<Void> all = CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new));
        try {
            all.get(WAIT_SECONDS, TimeUnit.SECONDS);
            hasFailed |= underWay.stream().anyMatch(proposal -> proposal.join() != ErrorCode.NONE);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            hasFailed = true;
            return false;
        } catch (InterruptedException e) {
            hasFailed = true;
            Thread.currentThread().interrupt();
            return false;
        } finally {
            underWay.clear();
        }
    }

    /** Whether any of those that were waited for did not come into force. */
    boolean hasFailed() {
        return hasFailed;
    }
}
