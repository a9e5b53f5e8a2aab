package io.sluice.common;

/** The machine's own clocks. */
public final class SystemClock implements Clock {
    /** Without state, so one is enough; made by {@code server} and by tests only. */
    public SystemClock() {}

    @Override
    public long wallMs() {
        return System.currentTimeMillis();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }
}
