/**
 * The program: command line, wiring, start and stop order. {@link io.sluice.server.Main} first.
 *
 * <p>The only module that knows all others. It makes the threads, the clock and the randomness that they are given.
 */
@NullMarked
package io.sluice.server;

import org.jspecify.annotations.NullMarked;
