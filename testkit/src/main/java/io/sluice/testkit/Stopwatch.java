package io.sluice.testkit;

import java.time.Duration;

/** Time since it was started. The only place of the test kit that reads a clock; safe for any thread. */
public final class Stopwatch {
    private final long startedNs;

    private Stopwatch(long startedNs) {
        this.startedNs = startedNs;
    }

    /** A watch that starts now. */
    public static Stopwatch started() {
        return new Stopwatch(System.nanoTime());
    }

    /** Nanoseconds since the start. */
    public long elapsedNs() {
        return System.nanoTime() - startedNs;
    }

    /** Milliseconds since the start, with their fraction. */
    public double elapsedMs() {
        return elapsedNs() / 1e6;
    }

    /** Seconds since the start, with their fraction. */
    public double elapsedSeconds() {
        return elapsedNs() / 1e9;
    }

    /** Whether at least {@code limit} has passed. */
    public boolean hasPassed(Duration limit) {
        return elapsedNs() >= limit.toNanos();
    }

    /** What is left of {@code limit}, in milliseconds, never negative. */
    public long remainingMs(Duration limit) {
        return Math.max(0, (limit.toNanos() - elapsedNs()) / 1_000_000);
    }

    /** Sleeps; an interruption ends the sleep as an {@link IllegalStateException} and stays set. */
    public static void sleep(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        }
    }
}
