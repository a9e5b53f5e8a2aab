package io.sluice.testkit.fuzz;

/** Makes byte sequences that no honest client sends, always the same ones for a seed. Owner: one thread. */
public interface HostileSource {
    /** What is sent next. */
    byte[] next();

    /** True once in so many times. */
    boolean chance(int oneIn);
}
