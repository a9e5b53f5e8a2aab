package io.sluice.broker.config;

import java.util.List;

/**
 * Configurations of the work of compaction, Kafka's {@code log.cleaner.*}; what is compacted and when is said by topics.
 * What has no meaning here can be read only, with Kafka's default, so that a file of settings for Kafka is taken.
 */
public final class CompactionConfigs {
    private static final String FIXED_BUFFERS =
            "Accepted and without effect: the buffers of compaction have a fixed size.";

    public static final ConfigKey<Long> BACKOFF_MS = ConfigKey.of(
                    "log.cleaner.backoff.ms",
                    ConfigType.LONG,
                    15_000L,
                    Bounds.atLeast(0L),
                    "How often compaction looks for something to do while there was nothing.")
            .clusterWide();
    public static final ConfigKey<Long> KEY_BYTES = ConfigKey.of(
                    "log.cleaner.dedupe.buffer.size",
                    ConfigType.LONG,
                    128L << 20,
                    Bounds.between(1L << 20, 1L << 40),
                    "Memory outside of the heap that a pass of compaction may use for keys, 32 bytes each; what does not fit is"
                            + " left to the next pass.")
            .clusterWide();
    public static final ConfigKey<Double> BYTES_PER_SECOND = ConfigKey.of(
                    "log.cleaner.io.max.bytes.per.second",
                    ConfigType.DOUBLE,
                    Double.MAX_VALUE,
                    new Bounds<>("must be more than 0", rate -> rate > 0),
                    "Bytes of segments that compaction reads per second at most.")
            .clusterWide();
    static final ConfigKey<Boolean> ENABLED = ConfigKey.of(
            "log.cleaner.enable",
            ConfigType.BOOLEAN,
            true,
            Bounds.only(true, "topics whose cleanup.policy names compact are compacted"),
            "Whether anything is compacted.");
    static final ConfigKey<Integer> THREAD_COUNT = ConfigKey.of(
            "log.cleaner.threads",
            ConfigType.INT,
            1,
            Bounds.only(1, "one partition after the other is compacted"),
            "Partitions that are compacted at the same time.");
    static final ConfigKey<Integer> BUFFER_BYTES =
            ConfigKey.of("log.cleaner.io.buffer.size", ConfigType.INT, 512 << 10, Bounds.atLeast(0), FIXED_BUFFERS);
    static final ConfigKey<Double> LOAD_FACTOR = ConfigKey.of(
            "log.cleaner.io.buffer.load.factor",
            ConfigType.DOUBLE,
            0.9,
            Bounds.between(0.0, 1.0),
            "Accepted and without effect: the table of keys grows as it needs to, within log.cleaner.dedupe.buffer.size.");

    private CompactionConfigs() {}

    static List<ConfigKey<?>> all() {
        return List.of(BACKOFF_MS, KEY_BYTES, BYTES_PER_SECOND, ENABLED, THREAD_COUNT, BUFFER_BYTES, LOAD_FACTOR);
    }
}
