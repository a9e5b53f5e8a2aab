/** The decide/apply runtime that hosts the state machines of a shard. */
@NullMarked
package io.sluice.replication.runtime;

import org.jspecify.annotations.NullMarked;
