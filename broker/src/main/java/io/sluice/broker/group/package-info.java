/**
 * Classic consumer groups and committed offsets, with the semantics of Kafka's group coordinator (KIP-62, KIP-134,
 * KIP-211, KIP-345, KIP-394, KIP-814).
 *
 * <p>Reading order: {@link io.sluice.broker.group.GroupCoordinator} (the door), {@code GroupSlot} (one of 64 state
 * machines), {@code StoredGroups} (what is replicated), {@code LiveGroup} (what only the leader knows), then the
 * deciders, one per concern: {@code JoinDecider}, {@code RebalanceDecider}, {@code SyncDecider}, {@code MemberDecider},
 * {@code OffsetDecider}, {@code OffsetExpiry}, {@code GroupQueries}.
 *
 * <p>Threads: all but the coordinator's public methods runs on the apply thread of the slot's shard.
 *
 * <p>Replicated is a group as of its last completed generation, the highest generation ever given out, and its
 * offsets; so members go on without a rebalance after a restart or a failover, and no generation is given out twice.
 * Everything else (parked answers, deadlines, a running rebalance) is soft: it starts from the replicated state when a
 * node begins to lead, and again for one group when its events failed to commit.
 *
 * <h2>Format 1 of events</h2>
 *
 * Big endian. {@code string} and {@code bytes} are an int32 length and that many bytes (UTF-8), {@code T?} is an int8 0
 * or 1 and then T if 1, {@code T[]} an int32 count and the elements.
 *
 * <pre>
 * event       = format int8 (1), kind int8, body
 * body of 1   = group string, generation int32, time int64                       generation started
 *         2   = group string, roster                                             generation completed
 *         3   = group string, time int64, (topic string, partition int32, value)[]   offsets committed
 *         4   = group string, (topic string, partition int32)[]                  offsets expired
 *         5   = topic string                                                     topic forgotten
 *         6   = group string                                                     group deleted
 * roster      = generation int32, type string, protocol string, leader string, since int64, member[]
 * member      = id string, instance string?, client id string, client host string, session timeout int32,
 *               rebalance timeout int32, (protocol string, metadata bytes)[], assignment bytes
 * value       = offset int64, leader epoch int32, metadata string
 * </pre>
 *
 * <h2>Format 1 of snapshots</h2>
 *
 * Groups, topics and partitions in ascending order, so that equal states have equal bytes.
 *
 * <pre>
 * snapshot    = format int8 (1), group[]
 * group       = id string, highest generation int32, roster, (topic string, (partition int32, value, time int64)[])[]
 * </pre>
 */
@NullMarked
package io.sluice.broker.group;

import org.jspecify.annotations.NullMarked;
