/** The way out: reads are the replica's own; here they are counted. */
@NullMarked
package io.sluice.broker.read;

import org.jspecify.annotations.NullMarked;
