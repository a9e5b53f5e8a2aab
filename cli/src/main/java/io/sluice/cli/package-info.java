/**
 * The commands that talk to a running broker; each group of them has a package.
 *
 * <p>Reading order: {@link io.sluice.cli.Main}, {@link io.sluice.cli.SluiceCommand}, {@link
 * io.sluice.cli.command.BrokerCommand}, then a command. Everything goes through Kafka's client library, so every command works
 * with any broker that speaks Kafka's protocol; nothing here may depend on the broker's own modules.
 *
 * <p>Threads: a command runs on the main thread; only {@link io.sluice.cli.command.Interruption} is touched by the shutdown
 * hook, and acknowledgements arrive on the producer's sender thread. Results go to stdout, everything else to stderr.
 * Exit codes: 0 done, 1 it failed (one line on stderr says what to do), 2 the command line was wrong, 130 interrupted.
 */
@NullMarked
package io.sluice.cli;

import org.jspecify.annotations.NullMarked;
