/**
 * When which partition is compacted, and how fast: {@link io.sluice.broker.compaction.Compaction} owns the thread,
 * {@link io.sluice.broker.compaction.Candidates} chooses as Kafka's {@code LogCleanerManager} does,
 * {@link io.sluice.broker.compaction.Pace} slows it down. How a pass works is {@code log}'s and {@code replication}'s matter;
 * the clock is read here.
 */
@NullMarked
package io.sluice.broker.compaction;

import org.jspecify.annotations.NullMarked;
