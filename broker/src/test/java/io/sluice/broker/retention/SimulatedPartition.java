package io.sluice.broker.retention;

import io.sluice.broker.api.CleanupSettings;
import io.sluice.broker.api.TopicSettings;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.ControlEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A partition with one record per millisecond from time 0 and per byte. */
final class SimulatedPartition implements RetainedPartition {
    final List<ControlEntry> proposed = new ArrayList<>();
    long endOffset;
    long shardTimeMs;
    private final TopicSettings settings;
    private long startOffset;

    SimulatedPartition(long retentionMs, long retentionBytes) {
        this(retentionMs, retentionBytes, -1, CleanupSettings.DELETE);
    }

    SimulatedPartition(long retentionMs, long retentionBytes, long retentionRecords, CleanupSettings cleanup) {
        settings = new TopicSettings(
                1 << 20,
                false,
                Long.MAX_VALUE,
                3_600_000,
                retentionMs,
                retentionBytes,
                retentionRecords,
                cleanup,
                Map.of());
    }

    @Override
    public TopicId topicId() {
        return new TopicId(3, 4);
    }

    @Override
    public int index() {
        return 0;
    }

    @Override
    public TopicSettings settings() {
        return settings;
    }

    @Override
    public long startOffset() {
        return startOffset;
    }

    @Override
    public long endOffset() {
        return endOffset;
    }

    @Override
    public long retentionOffset(long olderThanMs, long keepBytes) {
        long bySize = keepBytes == Long.MAX_VALUE ? 0 : endOffset - keepBytes;
        return Math.clamp(Math.max(olderThanMs, bySize), startOffset, endOffset);
    }

    @Override
    public boolean hasProducers() {
        return endOffset() > 0;
    }

    @Override
    public long shardTimeMs() {
        return shardTimeMs;
    }

    @Override
    public CompletableFuture<ErrorCode> propose(ControlEntry entry) {
        proposed.add(entry);
        if (entry instanceof ControlEntry.AdvanceStart advance) {
            startOffset = advance.startOffset();
        }
        return CompletableFuture.completedFuture(ErrorCode.NONE);
    }
}
