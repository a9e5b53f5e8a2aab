/** Shards over a simulated disk: what was acknowledged outlives every crash. */
@NullMarked
package io.sluice.replication;

import org.jspecify.annotations.NullMarked;
