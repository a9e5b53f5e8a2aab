package io.sluice.broker.stream;

import io.sluice.broker.api.OnceLimits;
import io.sluice.broker.config.TopicConfigs;
import io.sluice.log.batch.RecordCursor;
import java.util.function.IntSupplier;

/** What can be set of streams. Any thread. */
public final class StreamSettings {
    /** The topic's configuration that says whether its records carry ids. */
    public static final String IDS_CONFIG = TopicConfigs.REDIS_IDS.name();

    /** Its value for topics that are made as streams. */
    public static final String OWN_IDS = "time";

    /** Record, id and header must fit into a record together. */
    static final int ENTRY_BYTES_MAX = RecordCursor.RECORD_BYTES_MAX - 256;

    /** What one client may have decided in one go. */
    static final int RUN_BYTES_MAX = RecordCursor.RECORD_BYTES_MAX;

    private static final int BLOCK_ENTRIES = 100;

    private final IntSupplier keysMax;
    private volatile int blockEntries = BLOCK_ENTRIES;
    private volatile OnceLimits onceLimits = OnceLimits.STANDARD;

    /** With no more keys than this says. */
    public StreamSettings(IntSupplier keysMax) {
        this.keysMax = keysMax;
    }

    int keysMax() {
        return keysMax.getAsInt();
    }

    int blockEntries() {
        return blockEntries;
    }

    void blockEntries(int count) {
        blockEntries = count;
    }

    OnceLimits onceLimits() {
        return onceLimits;
    }

    void onceLimits(OnceLimits limits) {
        onceLimits = limits;
    }
}
