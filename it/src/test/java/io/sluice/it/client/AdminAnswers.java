package io.sluice.it.client;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Answers to calls of an admin client, as the scenarios of all client versions look at them. */
final class AdminAnswers {
    static final int LIMIT_SECONDS = 30;

    private AdminAnswers() {}

    static <T> T get(Future<T> answer) throws ExecutionException, InterruptedException, TimeoutException {
        return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    /** Name and sentence of what it fails with; empty if it does not. */
    static String failure(Future<?> answer) throws InterruptedException, TimeoutException {
        try {
            answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            return "";
        } catch (ExecutionException e) {
            return e.getCause().getClass().getSimpleName() + ": " + e.getCause().getMessage();
        }
    }

    static void require(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException("wrong: " + what);
        }
    }
}
