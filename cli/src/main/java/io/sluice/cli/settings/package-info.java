/**
 * {@code sluice config} and {@code sluice quota}: what can be changed while the broker runs. For the command's thread.
 */
@NullMarked
package io.sluice.cli.settings;

import org.jspecify.annotations.NullMarked;
