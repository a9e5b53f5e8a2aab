package io.sluice.cli.load;

import io.sluice.cli.text.SizeText;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How much load, and on which topic. */
final class LoadOptions {

    /** What a topic takes by default, with room for the batch around the record. */
    private static final int SIZE_BYTES_MAX = 1024 * 1024 - 1024;

    /** Room for what an end-to-end record carries. */
    private static final int SIZE_BYTES_MIN = 16;

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC",
            description = "Use this topic and leave it as it is. Default: a topic of its own, deleted at the end.")
    private Optional<String> topic = Optional.empty();

    @Option(
            names = {"-p", "--partitions"},
            paramLabel = "N",
            defaultValue = "1",
            description = "Partitions of the topic of its own. Default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "NAME=VALUE",
            description = "A setting of the topic of its own. Repeatable.")
    private Map<String, String> configs = new LinkedHashMap<>();

    @Option(names = "--keep", description = "Do not delete the topic of its own.")
    private boolean kept;

    @Option(
            names = {"-s", "--size"},
            paramLabel = "SIZE",
            defaultValue = "1KiB",
            description = "Size of each record's value: 100, 1KiB. Default: ${DEFAULT-VALUE}.")
    private String size = "";

    @Option(
            names = {"-d", "--duration"},
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "Stop after this time. Default: ${DEFAULT-VALUE}.")
    private Duration duration = Duration.ZERO;

    Optional<String> topic() {
        return topic;
    }

    int partitions() {
        return partitions;
    }

    Map<String, String> configs() {
        return configs;
    }

    boolean isKept() {
        return kept;
    }

    Duration duration() {
        return duration;
    }

    /** Size of each value in bytes. */
    int sizeBytes() {
        return (int) SizeText.parse(size);
    }

    /** Why the options cannot be used; empty when they can. */
    String contradiction() {
        if (topic.isPresent() && (!configs.isEmpty() || kept || partitions != 1)) {
            return "--partitions, --config and --keep are about a topic of its own; leave them or --topic away";
        }
        if (partitions < 1) {
            return "--partitions must be at least 1";
        }
        return duration.isPositive() ? contradictionOfSize() : "--duration must be more than 0";
    }

    private String contradictionOfSize() {
        try {
            long sizeBytes = SizeText.parse(size);
            return sizeBytes >= SIZE_BYTES_MIN && sizeBytes <= SIZE_BYTES_MAX
                    ? ""
                    : "--size must be from " + SIZE_BYTES_MIN + " to " + SIZE_BYTES_MAX + " bytes";
        } catch (IllegalArgumentException malformed) {
            return "--size: " + malformed.getMessage();
        }
    }
}
