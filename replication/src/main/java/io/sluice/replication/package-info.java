/** Shards: a journal, the partitions whose appends go through it, and the state machines that live in it. */
@NullMarked
package io.sluice.replication;

import org.jspecify.annotations.NullMarked;
