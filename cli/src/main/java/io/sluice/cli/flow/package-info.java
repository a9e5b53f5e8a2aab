/**
 * {@code sluice produce} and {@code sluice consume}: lines become records, records become lines.
 *
 * <p>Threads: a command runs on one thread; acknowledgements arrive on the producer's sender thread, and an interruption
 * on the shutdown hook.
 */
@NullMarked
package io.sluice.cli.flow;

import org.jspecify.annotations.NullMarked;
