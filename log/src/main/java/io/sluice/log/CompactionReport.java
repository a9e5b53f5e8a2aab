package io.sluice.log;

/**
 * What a pass of compaction did.
 *
 * @param readBytes bytes of segments read
 * @param writtenBytes bytes of new segments
 * @param freedBytes bytes of segments replaced less those written
 * @param removedRecords records that are gone
 * @param reached where it came, and what is left to do
 * @param isWhole whether it came to its end; otherwise segments went away under its hands, and the next one begins anew
 */
public record CompactionReport(
        long readBytes, long writtenBytes, long freedBytes, long removedRecords, Compacted reached, boolean isWhole) {}
