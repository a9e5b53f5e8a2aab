/**
 * What all commands share: {@link io.sluice.cli.command.BrokerCommand}, how to reach and sign in to a broker ({@link
 * io.sluice.cli.command.ConnectionOptions}), the outside world ({@link io.sluice.cli.command.Console}, {@link
 * io.sluice.cli.command.Interruption}) and how failures are told ({@link io.sluice.cli.command.ErrorText}).
 *
 * <p>Knows no command. Threads: the command's thread, but for {@link io.sluice.cli.command.Interruption}.
 */
@NullMarked
package io.sluice.cli.command;

import org.jspecify.annotations.NullMarked;
