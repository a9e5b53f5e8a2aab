package io.sluice.cli.command;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import picocli.CommandLine.Option;

/** How records are sent, as options. */
public final class SendOptions {

    private enum Compression {
        none,
        gzip,
        snappy,
        lz4,
        zstd
    }

    private static final List<String> ALL = List.of("all", "-1");

    @Option(
            names = "--acks",
            paramLabel = "all|1|0",
            defaultValue = "all",
            description = "all waits until records are safe, 0 does not wait at all. Default: ${DEFAULT-VALUE}.")
    private String acks = "all";

    @Option(
            names = {"-z", "--compression"},
            paramLabel = "CODEC",
            defaultValue = "none",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Compression compression = Compression.none;

    /** Why the options cannot be used; empty when they can. */
    public String contradiction() {
        return ALL.contains(acks) || acks.equals("1") || acks.equals("0")
                ? ""
                : "--acks must be all, 1 or 0, not " + acks;
    }

    /** The producer's settings that follow, to be added to. */
    public Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.ACKS_CONFIG, acks);
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, ALL.contains(acks));
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression.name());
        return settings;
    }
}
