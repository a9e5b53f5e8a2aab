package io.sluice.common;

/** Source of time; a constructor argument everywhere, so that tests own it. Any thread may call it. */
public interface Clock {
    /** Wall time in milliseconds since 1970-01-01 UTC; may jump. */
    long wallMs();

    /** Monotonic time in nanoseconds with an arbitrary origin; never falls. */
    long nanoTime();
}
