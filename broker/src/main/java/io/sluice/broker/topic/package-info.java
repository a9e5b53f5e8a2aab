/**
 * Topics: the metadata state machine of shard 0 and the service over it.
 *
 * <p>{@link io.sluice.broker.topic.MetadataState} is what shall be: topics, deleted topics whose records are still to be
 * dropped, blocks of producer ids. {@link io.sluice.broker.topic.LocalTopics} makes it so: after an event commits it
 * proposes the control entries ({@code Open}, {@code Configure}, {@code Drop}) to the data shard, and after a start it
 * proposes again those that a crash in between lost. {@link io.sluice.broker.topic.LocalTopic} and
 * {@link io.sluice.broker.topic.LocalPartition} are what protocols hold.
 *
 * <p>State changes on shard 0's apply thread only; look-ups read concurrent maps that follow the committed events.
 *
 * <h2>Formats</h2>
 *
 * <p>Integers are big-endian; {@code text} is a 4-byte length and UTF-8 bytes; {@code durability} is one byte: 0 fsync,
 * 1 os, 2 memory. Every event raises the metadata version by one; a topic keeps the version of its last change.
 *
 * <pre>
 * event      type 1, then
 *   1 topic created       topic id 16 | name text | partitions 4 | durability 1 | configs 4 | configs × (name text, value text)
 *   2 topic deleted       topic id 16
 *   3 topic dropped       topic id 16          its data shards have applied the Drop
 *   4 producer ids taken  count 4
 *   5 memory lost                              a new run of the process: memory topics begin again, in a new epoch
 *   6 topic configured    topic id 16 | configs 4 | configs × (name text, value text)     all it has from now on
 *   7 partitions added    topic id 16 | partitions 4                                       all it has from now on
 *   8 topic placed        topic id 16 | runs 4 | runs × (shard id 4 | first partition 4 | the one after the last 4)
 *   9 shard dropped       topic id 16 | shard id 4                                         and others have not yet
 *  10 move begun          topic id 16 | partition 4 | from shard 4 | to shard 4             its number is the version that this makes
 *  11 partition sealed    topic id 16 | partition 4 | cut                                  it lies in the other shard now
 *  12 move adopted        topic id 16 | partition 4                                        the other shard serves it
 *  13 move done           topic id 16 | partition 4                                        the shard where it was has let go of it
 *  14 move taken back     topic id 16 | partition 4                                        it stays where it was
 *  15 groups to forget   topic id 16 | shards 4 | shards × id 4                            follows 2, once groups lie in several shards
 *
 * cut        end offset 8 | start offset 8 | epoch base 4 | losses 4
 *
 * snapshot   format 1 = 4 | metadata version 8 | next producer id 8 | memory epoch 4
 *            | topics 4   | topics × (created as in event 1 | runs as in event 8 | version 8)
 *            | dropping 4 | dropping × (topic id 16 | durability 1 | version 8 | name text | shards 4 | shards × id 4)
 *            | moved 4    | moved × (topic id 16
 *                       | moves 4 | moves × (partition 4 | number 8 | from 4 | to 4 | stage 1 | cut)
 *                       | bases 4 | bases × (partition 4 | epoch base 4) | left shards 4 | left shards × id 4)
 * </pre>
 *
 * <table>
 * <caption>Versions</caption>
 * <tr><th>format</th><th>since</th><th>what changed</th></tr>
 * <tr><td>1</td><td>0.1.0</td><td>first; a topic that is dropped has no name in its snapshot</td></tr>
 * <tr><td>2</td><td>0.1.0</td><td>that name; events 6 and 7</td></tr>
 * <tr><td>3</td><td>0.2.0</td><td>runs, and the shards of what is dropped; events 8 and 9. A topic without runs lies in shard 1, 2 or 3
 *     by its durability</td></tr>
 * <tr><td>4</td><td>0.2.0</td><td>moves of partitions; events 10 to 14; event 15 from feature level 2 on</td></tr>
 * </table>
 */
@NullMarked
package io.sluice.broker.topic;

import org.jspecify.annotations.NullMarked;
