/**
 * {@code sluice group}: {@link io.sluice.cli.group.GroupCommand} lists the commands. {@link
 * io.sluice.cli.group.ResetPlanner} decides where a group goes on, without changing anything. For the command's thread.
 */
@NullMarked
package io.sluice.cli.group;

import org.jspecify.annotations.NullMarked;
