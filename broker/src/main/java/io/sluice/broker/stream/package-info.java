/**
 * Streams as Redis has them, by key, with ids: {@link io.sluice.broker.stream.LocalStreams} is the service, {@link
 * io.sluice.broker.stream.StreamMachine} the state of all streams of a shard, {@link io.sluice.broker.stream.StreamTurn} decides
 * about it. An entry is a record of the stream's topic, which has one partition; {@link io.sluice.broker.stream.EntryCodec} says
 * how. Commands are decided on the shard's apply thread and change the state by events, in the same journal entry as the records;
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
 *
 * snapshot   format 1 = 1
 *            | streams 4     | streams × (topic id 16 | key | announced 1 | first offset 8 | end offset 8 | last id 16
 *                              | largest deleted id 16 | entries ever added 8 | expires 8 | deleted 4 | deleted × offset 8)
 *            | unforgotten 4 | unforgotten × topic id 16
 * </pre>
 *
 * <p>Expiry is wall time in milliseconds, the largest number for never. A record carries the header {@code redis-id}: a letter for
 * the form of its value, and the id as text.
 *
 * <table>
 * <caption>Versions</caption>
 * <tr><th>format</th><th>since</th><th>what changed</th></tr>
 * <tr><td>1</td><td>0.1.0</td><td>first</td></tr>
 * </table>
 */
@NullMarked
package io.sluice.broker.stream;

import org.jspecify.annotations.NullMarked;
