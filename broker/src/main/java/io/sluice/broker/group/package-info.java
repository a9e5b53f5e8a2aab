/**
 * Consumer groups and committed offsets, with the semantics of Kafka's group coordinator: the classic protocol (KIP-62,
 * KIP-134, KIP-211, KIP-345, KIP-394, KIP-814), the consumer protocol (KIP-848, KIP-1082, KIP-1251), and groups that change
 * from one to the other while they run.
 *
 * <p>Reading order: {@link io.sluice.broker.group.GroupCoordinator} (the door), {@code GroupSlot} (one of 64 state
 * machines), {@link io.sluice.broker.group.stored} (what is replicated, and its formats), {@code LiveGroup} (what only the
 * leader knows), {@code Turn} (one decision), then the deciders, one per concern: {@code ClassicCalls} (which protocol a request of the classic one meets),
 * {@code JoinDecider}, {@code RebalanceDecider}, {@code SyncDecider}, {@code MemberDecider}, {@code OffsetDecider}, {@code
 * OffsetDeleter}, {@code OffsetExpiry}, {@code GroupQueries}.
 *
 * <p>The consumer protocol: {@code Reconciliation} (one step of a member, pure), {@code ConsumerDecider} (a heartbeat), {@code ConsumerAdmission}, {@code ConsumerRebalance}, {@code
 * ConsumerMembership}; then {@code GroupMigration} and {@code MixedGroupDecider} for groups with members of both kinds.
 * Who reads what is computed by {@link io.sluice.broker.group.assign}.
 *
 * <p>Share groups (KIP-932), as far as their members are concerned: {@code ShareDecider} (a heartbeat). What becomes of records is the deliveries' state, not a group's.
 *
 * <p>Threads: all but the coordinator's public methods runs on the apply thread of the slot's shard.
 *
 * <p>Replicated is a group as of its last completed generation, the highest generation ever given out, and its
 * offsets; so members go on without a rebalance after a restart or a failover, and no generation is given out twice.
 * Everything else (parked answers, deadlines, a running rebalance) is soft: it starts from the replicated state when a
 * node begins to lead, and again for one group when its events failed to commit. A group of the consumer protocol is
 * replicated with everything but its deadlines: members, epochs, targets and what each member has.
 */
@NullMarked
package io.sluice.broker.group;

import org.jspecify.annotations.NullMarked;
