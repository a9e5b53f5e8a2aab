/**
 * Streams as Redis has them, by key, with ids: {@link io.sluice.broker.stream.LocalStreams} is the service, {@link
 * io.sluice.broker.stream.StreamMachine} the state of all streams of a shard, {@link io.sluice.broker.stream.StreamTurn} decides
 * about it. An entry is a record of the stream's topic, which has one partition; {@link io.sluice.broker.stream.EntryCodec} says
 * how. Groups of consumers are {@link io.sluice.broker.delivery.EntryGroup}s, about which {@link
 * io.sluice.broker.stream.GroupTurn} decides. Commands are decided on the shard's apply thread and change the state by events, in the same journal entry as the records;
 * what is committed is published to {@link io.sluice.broker.stream.StreamDirectory}, from which any thread reads. Nothing here
 * knows a protocol's words.
 *
 * <h2>Formats</h2>
 *
 * <p>Integers are big-endian; {@code key} is a database of 4 bytes, a 4-byte length and bytes; an {@code id} is two unsigned
 * numbers of 8 bytes.
 *
 * <pre>
 * event      type 1 | topic id 16, then
 *   1 made       key
 *   2 changed    first offset 8 | end offset 8 | last id 16 | largest deleted id 16 | entries ever added 8 | expires 8
 *                | deleted 4 | deleted × offset 8        numbers from now on; offsets of entries deleted in addition
 *   3 removed
 *   4 renamed    key
 *   5 announced                                          the metadata knows the topic
 *   6 forgotten                                          the metadata has deleted it
 *   7 group made     name | last id 16 | next offset 8 | entries read 8
 *   8 group gone     name
 *   9 group changed  name | length 4 | changes           as {@link io.sluice.broker.delivery.GroupChanges} has them
 *  10 once limited   seconds 4 | ids of a producer 4     how long ids of producers are remembered; none is any more
 *  11 once added     producer 16 | entry 16 | id 16 | wall time 8
 *  12 once repeated                                      the entry was there
 *  13 once forgotten wall time 8                         those added then or before
 *  14 swapped        database 4 | database 4             topic id 0: the keys of either are those of the other
 *  15 copied         source topic id 16 | key            its records are in the same entry, at the same offsets
 *  16 flushed        databases 4 | databases × 4         all keys of these; the topic id is 0
 *  17 cleared        end offset 8                          entries before it that no group has pending are deleted
 *
 * snapshot   format 1 = 4
 *            | streams 4     | streams × (topic id 16 | key | announced 1 | first offset 8 | end offset 8 | last id 16
 *                              | largest deleted id 16 | entries ever added 8 | expires 8
 *                              | {@link io.sluice.broker.stream.OffsetRuns} of what is deleted)
 *            | unforgotten 4 | unforgotten × topic id 16
 *            | groups 4      | groups × (topic id 16 | length 4 | {@link io.sluice.broker.delivery.EntryGroupSnapshot})
 *            | length 4 | streams 4 | streams × (topic id 16 | seconds 4 | ids of a producer 4 | ever added so 8 | ever repeated 8
 *                | producers 4 | producers × (producer 16 | ids 4 | ids × (entry 16 | id 16 | wall time 8)))
 * </pre>
 *
 * <p>Expiry is wall time in milliseconds, the largest number for never. A record carries the header {@code redis-id}: a letter for
 * the form of its value, and the id as text.
 *
 * <table>
 * <caption>Versions</caption>
 * <tr><th>format</th><th>since</th><th>what changed</th></tr>
 * <tr><td>1</td><td>0.1.0</td><td>first</td></tr>
 * <tr><td>2</td><td>0.1.0</td><td>consumer groups; format 1 is read as one without any</td></tr>
 * <tr><td>3</td><td>0.1.0</td><td>what is remembered of ids of producers; formats 1 and 2 are read as ones without any</td></tr>
 * <tr><td>4</td><td>0.1.0</td><td>deleted offsets are runs; before they were {@code deleted 4 | deleted × offset 8}</td></tr>
 * </table>
 */
@NullMarked
package io.sluice.broker.stream;

import org.jspecify.annotations.NullMarked;
