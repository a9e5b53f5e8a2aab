/** The broker as a program: how it starts, stops, restarts, and what it says on the way. */
@NullMarked
package io.sluice.it.broker;

import org.jspecify.annotations.NullMarked;
