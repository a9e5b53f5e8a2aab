/**
 * Side-by-side runs against Apache Kafka, and the long tests as commands. {@code bench/run} starts them;
 * {@link io.sluice.bench.Bench} runs measures, {@link io.sluice.bench.CrashTest} kills brokers,
 * {@link io.sluice.bench.FuzzTest} throws bytes at them, {@link io.sluice.bench.SoakTest} keeps one busy for half an hour,
 * {@link io.sluice.bench.Growth} shows how the cost of clusters grows.
 */
@NullMarked
package io.sluice.bench;

import org.jspecify.annotations.NullMarked;
