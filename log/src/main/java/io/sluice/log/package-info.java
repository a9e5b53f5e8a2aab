/**
 * Partition logs: what committed batches look like on disk, and how they are found again.
 * {@link io.sluice.log.PartitionLog} is the whole of it; {@code Segment} is one file with {@code SegmentIndex} beside it,
 * {@code SegmentReader}, {@code TimeSearch} and {@code SegmentScrub} read, {@code SegmentWalk} and {@code Resync} find
 * batches with and without an index. {@link io.sluice.log.OpenFiles} is shared by all logs of a node, {@link
 * io.sluice.log.Packs} by those of a shard.
 *
 * <p>{@code LogCompaction} is one pass of compaction: {@code DirtyKeys} knows the newest record of each key,
 * {@code CompactedSegments} writes what stays, {@link io.sluice.log.PartitionLog#exchange} puts it in place.
 *
 * <p>Files of a partition's directory; names are the base offset with 20 digits and, if compaction wrote it, {@code -} and
 * its generation. A compacted segment may have gaps between its batches, and batches without records:
 *
 * <table>
 * <caption>Format, version 3; version 1 had no generations, version 2 no packs</caption>
 * <tr><td>{@code .log}</td><td>record batches one behind the other, base offset, length and leader epoch as committed</td></tr>
 * <tr><td>{@code .index}</td><td>hint: entries of {@code IndexEntry}, by offset and time at once, so that there is no
 * {@code .time} file; may be missing, short or damaged</td></tr>
 * <tr><td>{@code .crc}</td><td>list of {@code BlockCrcs} of a sealed segment; may be missing</td></tr>
 * </table>
 *
 * <p>A segment of up to {@link io.sluice.log.Packs#SEGMENT_BYTES_MAX} has no files there: its batches lie in one piece in a file
 * {@code NUMBER.pack} of the directory {@code packs} beside the topics', at the place that the checkpoint names with their
 * CRC-32C. What lies between such pieces is dead, whatever it looks like.
 *
 * <p>Nothing here knows topics, clients or journals. Threads: {@link io.sluice.log.PartitionLog} says.
 */
@NullMarked
package io.sluice.log;

import org.jspecify.annotations.NullMarked;
