/**
 * Which nodes there are, which shards, and who keeps and leads them.
 *
 * <p>{@link io.sluice.broker.cluster.ClusterState} is the state machine of shard 0 that says what shall be; {@link
 * io.sluice.broker.cluster.ClusterPlan} decides its next step, one at a time; {@link
 * io.sluice.broker.cluster.ClusterImage} is what every node knows of it. Which shard a partition belongs to stands with
 * its topic, in {@code broker.topic}; what is done about it on a node, outside.
 *
 * <p>A broker that never was part of a cluster has an empty state, which writes nothing.
 *
 * <h2>Formats</h2>
 *
 * <p>Integers are big-endian; {@code text} is a 4-byte length and UTF-8 bytes; {@code node} is: id 4 | host text | port 4 |
 * rack (0, or 1 and text) | endpoints 4 | endpoints × (listener text | host text | port 4) | feature level least 4 |
 * feature level most 4; {@code nodes} is a 4-byte count and as many ids of 4 bytes; {@code stage} is one byte: 0 active, 1
 * draining, 2 leaving; {@code durability} one byte: 0 fsync, 1 os, 2 memory. Every event raises the version by one.
 *
 * <pre>
 * event      type 1, then
 *   1 cluster founded       replication factor 4 | feature level 4
 *   2 node registered       node                                       new, or with other addresses than before
 *   3 stage changed         node id 4 | stage 1
 *   4 node removed          node id 4
 *   5 shard added           shard id 4 | durability 1 | replicas nodes | preferred leader 4
 *   6 replicas chosen       shard id 4 | replicas nodes
 *   7 members confirmed     shard id 4 | members nodes                 its group has them and no others
 *   8 preferred chosen      shard id 4 | node id 4
 *   9 leader reported       shard id 4 | node id 4 | term 8
 *  10 feature level raised  level 4
 *  11 slot move begun       slot of groups 4 | to shard 4                  from feature level 2 on
 *  12 slot moved
 *  13 slot move taken back
 *
 * snapshot   format 1, or 2 once a slot has moved, 1 | version 8 | replication factor 4 | feature level 4 | next shard id 4
 *            | nodes 4  | nodes × (node | stage 1)
 *            | shards 4 | shards × (id 4 | durability 1 | first replicas nodes | replicas nodes | members nodes
 *                                   | preferred leader 4 | leader 4 | leader's term 8)
 *            | if format 2: 64 × (shard 4 | number of the move 8)
 *                           | 0, or 1 and slot 4 | from 4 | to 4 | number 8
 *                           | slots that stay 4 | slots × 4
 * </pre>
 *
 * <table>
 * <caption>Versions</caption>
 * <tr><th>format</th><th>since</th><th>what changed</th></tr>
 * <tr><td>1</td><td>0.2.0</td><td>first</td></tr>
 * <tr><td>2</td><td>0.2.0</td><td>slots of groups over all shards, feature level 2</td></tr>
 * </table>
 */
@NullMarked
package io.sluice.broker.cluster;

import org.jspecify.annotations.NullMarked;
