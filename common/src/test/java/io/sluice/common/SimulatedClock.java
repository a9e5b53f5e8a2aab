package io.sluice.common;

import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until a test moves it. Any thread may use it. */
public final class SimulatedClock implements Clock {
    private final AtomicLong wallMs;
    private final AtomicLong nanoTime = new AtomicLong();

    /** Starts at a moment of 2026. */
    public SimulatedClock() {
        this(1_767_225_600_000L);
    }

    /** Starts at the wall time. */
    public SimulatedClock(long wallMs) {
        this.wallMs = new AtomicLong(wallMs);
    }

    @Override
    public long wallMs() {
        return wallMs.get();
    }

    @Override
    public long nanoTime() {
        return nanoTime.get();
    }

    /** Lets time pass on both clocks. */
    public void advanceMs(long durationMs) {
        Check.check(durationMs >= 0, "time does not go back");
        wallMs.addAndGet(durationMs);
        nanoTime.addAndGet(durationMs * 1_000_000);
    }

    /** Sets the wall clock alone, forwards or backwards, as an operator or a time server does. */
    public void jumpWallTo(long newWallMs) {
        wallMs.set(newWallMs);
    }
}
