/**
 * What is replicated of groups, and its bytes: {@link io.sluice.broker.group.stored.StoredGroups} of a slot, a {@link
 * io.sluice.broker.group.stored.StoredGroup} with its {@link io.sluice.broker.group.stored.Roster} (classic), {@link
 * io.sluice.broker.group.stored.ConsumerGroupState} or {@link io.sluice.broker.group.stored.ShareGroupState}, the events that
 * change them, and the codecs of both. Events are applied on the apply thread of the slot's shard, and only there; nothing here
 * decides anything or knows those who do.
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
 * <h2>Format 4 of events: slots that move</h2>
 *
 * <pre>
 * event       = format int8 (4), kind int8, body
 * body of 19  = residence                                                        the slot moves, or has moved
 *         20  = group[]                                                          groups came, as in snapshots of format 4
 * residence   = stage int8 (0 open, 1 sealed, 2 closed, 3 arriving, 4 arrived), number of the move int64
 * </pre>
 *
 * <h2>Formats 1 to 4 of snapshots</h2>
 *
 * Groups, topics and partitions in ascending order, so that equal states have equal bytes.
 *
 * <pre>
 * snapshot    = format int8 (1, 2 or, where there is a share group, 3, or, where the slot has moved, 4),
 *               (from format 4) residence, group[]
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
package io.sluice.broker.group.stored;

import org.jspecify.annotations.NullMarked;
