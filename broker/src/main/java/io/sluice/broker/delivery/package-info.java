/**
 * Deliveries: records handed out one by one, acknowledged, given back, given up. In reading order: {@link
 * io.sluice.broker.delivery.RowTable} (what is open), {@link io.sluice.broker.delivery.StoredGroup} and {@link
 * io.sluice.broker.delivery.SlotState} (what is replicated), {@link io.sluice.broker.delivery.AcquireDecider}, {@link
 * io.sluice.broker.delivery.SettleDecider}, {@link io.sluice.broker.delivery.ReturnDecider} (what is decided), {@link
 * io.sluice.broker.delivery.DeliverySlot} and {@link io.sluice.broker.delivery.SlotTurn} (the state machine with its
 * waiters and deadlines), {@link io.sluice.broker.delivery.LocalDeliveries} (the service). {@link
 * io.sluice.broker.delivery.GroupMoves} takes the groups of a partition into another shard.
 *
 * <p>Each data shard has 16 slots, state machines 200 to 215; a partition's groups are in the slot that its topic id and
 * number give. The state belongs to the shard's apply thread. Durability: whatever ends a delivery is answered once it is
 * committed; handing out is journaled in the same order, and not waited for.
 *
 * <p>Times of locks and backoff are shard time, which stands still while nobody leads. Records that ask for a wall time ({@link
 * io.sluice.broker.delivery.DelayHeaders}) are rows of nobody until then, in shard time too; a leader that begins moves them
 * by what the wall clock did meanwhile.
 *
 * <p>Order by key: a row then keeps its record's {@link io.sluice.broker.delivery.KeyHashes} in the place of an entry id, and
 * {@link io.sluice.broker.delivery.KeyIndex} says what is under way of each key. Dead letters: {@link
 * io.sluice.broker.delivery.DeadLetterDesk} (what is to be done), {@link io.sluice.broker.delivery.DeadLetterPost} (where to).
 *
 * <p>Formats: events {@link io.sluice.broker.delivery.DeliveryEvents} and {@link
 * io.sluice.broker.delivery.RowChanges}, snapshots {@link io.sluice.broker.delivery.SlotSnapshot}; each begins with its
 * version, 1 today.
 */
@NullMarked
package io.sluice.broker.delivery;

import org.jspecify.annotations.NullMarked;
