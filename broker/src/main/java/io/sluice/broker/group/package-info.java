/**
 * Consumer groups and committed offsets, with the semantics of Kafka's group coordinator: the classic protocol (KIP-62,
 * KIP-134, KIP-211, KIP-345, KIP-394, KIP-814), the consumer protocol (KIP-848, KIP-1082, KIP-1251), and groups that change
 * from one to the other while they run.
 *
 * <p>Reading order: {@link io.sluice.broker.group.GroupCoordinator} (the door), {@code GroupSlot} (one of 64 state
 * machines), {@code StoredGroups} (what is replicated), {@code LiveGroup} (what only the leader knows), {@code Turn} (one
 * decision), then the deciders, one per concern: {@code ClassicCalls} (which protocol a request of the classic one meets),
 * {@code JoinDecider}, {@code RebalanceDecider}, {@code SyncDecider}, {@code MemberDecider}, {@code OffsetDecider}, {@code
 * OffsetDeleter}, {@code OffsetExpiry}, {@code GroupQueries}.
 *
 * <p>The consumer protocol: {@code ConsumerGroupState} (what is replicated), {@code Reconciliation} (one step of a member,
 * pure), {@code ConsumerDecider} (a heartbeat), {@code ConsumerAdmission}, {@code ConsumerRebalance}, {@code
 * ConsumerMembership}; then {@code GroupMigration} and {@code MixedGroupDecider} for groups with members of both kinds.
 * Who reads what is computed by {@link io.sluice.broker.group.assign}.
 *
 * <p>Share groups (KIP-932), as far as their members are concerned: {@code ShareGroupState} (what is replicated), {@code
 * ShareDecider} (a heartbeat). What becomes of records is the deliveries' state, not a group's.
 *
 * <p>Threads: all but the coordinator's public methods runs on the apply thread of the slot's shard.
 *
 * <p>Replicated is a group as of its last completed generation, the highest generation ever given out, and its
 * offsets; so members go on without a rebalance after a restart or a failover, and no generation is given out twice.
 * Everything else (parked answers, deadlines, a running rebalance) is soft: it starts from the replicated state when a
 * node begins to lead, and again for one group when its events failed to commit. A group of the consumer protocol is
 * replicated with everything but its deadlines: members, epochs, targets and what each member has.
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
 * <h2>Format 2 of events: the consumer protocol</h2>
 *
 * <pre>
 * event       = format int8 (2), kind int8, group string, body
 * body of 7   = epoch int32, hash of the subscribed topics int64, time int64     epoch set
 *         8   = member string, profile                                           member came or changed
 *         9   = member string, epoch int32, previous epoch int32, phase int8,
 *               assigned partitions, revoking partitions                         member went a step
 *         10  = member string, successor string                                  static member replaced
 *         11  = member string                                                    member gone
 *         12  = epoch int32, (member string, partitions)[]                       targets changed
 *         13  = pattern string, topic string[]                                   pattern resolved
 * profile     = instance string?, rack string?, client id string, client host string, rebalance timeout int32,
 *               assignor string?, topic string[], pattern string?, classic?
 * classic     = session timeout int32, (protocol string, metadata bytes)[]
 * partitions  = (topic id 2 × int64, (partition int32, epoch int32)[])[]
 * </pre>
 *
 * <h2>Format 3 of events: share groups</h2>
 *
 * <pre>
 * event       = format int8 (3), kind int8, group string, body
 * body of 14  = epoch int32, hash of the subscribed topics int64, time int64     epoch set
 *         15  = member string, face                                              member came or changed
 *         16  = member string, epoch int32, previous epoch int32, partitions     member was told
 *         17  = member string                                                    member gone
 *         18  = epoch int32, (member string, partitions)[]                       targets changed
 * face        = rack string?, client id string, client host string, topic string[]
 * </pre>
 *
 * <h2>Formats 1 to 3 of snapshots</h2>
 *
 * Groups, topics and partitions in ascending order, so that equal states have equal bytes.
 *
 * <pre>
 * snapshot    = format int8 (1, 2 or, where there is a share group, 3), group[]
 * group       = id string, highest generation int32, roster, (topic string, (partition int32, value, time int64)[])[],
 *               (from format 2) consumers?, (from format 3) shares?
 * consumers   = epoch int32, target epoch int32, hash int64, since int64, (member string, profile, epoch int32, previous
 *               epoch int32, phase int8, partitions, partitions)[], (member string, partitions)[],
 *               (pattern string, topic string[])[]
 * shares      = epoch int32, target epoch int32, hash int64, since int64, (member string, face, epoch int32, previous
 *               epoch int32, partitions)[], (member string, partitions)[]
 * </pre>
 */
@NullMarked
package io.sluice.broker.group;

import org.jspecify.annotations.NullMarked;
