/**
 * Who reads which partition: pure functions from subscriptions and the assignment before to the next assignment
 * (KIP-848, server-side assignors). Reading order: {@link io.sluice.broker.group.assign.PartitionSet}, {@link
 * io.sluice.broker.group.assign.Assignor}, then the assignors. Immutable or confined to one call; any thread. Nothing
 * here knows groups, protocols or time.
 */
@NullMarked
package io.sluice.broker.group.assign;

import org.jspecify.annotations.NullMarked;
