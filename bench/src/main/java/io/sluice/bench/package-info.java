/**
 * Side-by-side runs against Apache Kafka, and the crash tests as commands. {@code bench/run} starts them;
 * {@link io.sluice.bench.Bench} runs measures, {@link io.sluice.bench.CrashTest} kills brokers.
 */
@NullMarked
package io.sluice.bench;

import org.jspecify.annotations.NullMarked;
