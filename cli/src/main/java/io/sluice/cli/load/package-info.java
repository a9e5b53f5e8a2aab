/**
 * {@code sluice bench}: load on a running broker, with a line that tells how it goes and a histogram of latencies at the
 * end.
 *
 * <p>Threads: one per producer and per consumer, which own their {@link io.sluice.cli.load.LatencyHistogram}; the command's
 * thread shows progress from counters that any thread may read.
 */
@NullMarked
package io.sluice.cli.load;

import org.jspecify.annotations.NullMarked;
