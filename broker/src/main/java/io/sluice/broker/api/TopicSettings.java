package io.sluice.broker.api;

import java.util.Map;

/**
 * Typed settings of a topic.
 *
 * @param maxMessageBytes largest batch accepted
 * @param logAppendTime whether the broker stamps records with its own time
 * @param timestampBeforeMaxMs how far in the past a record's own timestamp may lie
 * @param timestampAfterMaxMs how far in the future it may lie
 * @param retentionMs records older than this go, −1 for never
 * @param retentionBytes the oldest segments above this size go, −1 for never
 * @param retentionRecords the oldest records go where a partition has more, −1 for never
 * @param cleanup whether old records are deleted or compacted
 * @param explicit what was set at the topic itself
 */
public record TopicSettings(
        int maxMessageBytes,
        boolean logAppendTime,
        long timestampBeforeMaxMs,
        long timestampAfterMaxMs,
        long retentionMs,
        long retentionBytes,
        long retentionRecords,
        CleanupSettings cleanup,
        Map<String, String> explicit) {
    /** A topic that deletes by time and size. */
    public TopicSettings(
            int maxMessageBytes,
            boolean logAppendTime,
            long timestampBeforeMaxMs,
            long timestampAfterMaxMs,
            long retentionMs,
            long retentionBytes,
            Map<String, String> explicit) {
        this(
                maxMessageBytes,
                logAppendTime,
                timestampBeforeMaxMs,
                timestampAfterMaxMs,
                retentionMs,
                retentionBytes,
                -1,
                CleanupSettings.DELETE,
                explicit);
    }
}
