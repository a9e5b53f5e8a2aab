/** Brokers that are killed and machines that lose power: a short round of what {@code bench/run crash} does at length. */
@NullMarked
package io.sluice.it.crash;

import org.jspecify.annotations.NullMarked;
