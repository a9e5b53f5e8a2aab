/** The command line against a real broker, and the demo as a user runs it. */
@NullMarked
package io.sluice.it.cli;

import org.jspecify.annotations.NullMarked;
