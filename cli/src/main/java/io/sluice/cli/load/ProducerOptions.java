package io.sluice.cli.load;

import io.sluice.cli.command.CommandException;
import io.sluice.cli.text.SizeText;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerConfig;
import picocli.CommandLine.Option;

/** How the load's producers send. */
final class ProducerOptions {

    private enum Compression {
        none,
        gzip,
        snappy,
        lz4,
        zstd
    }

    @Option(
            names = "--acks",
            paramLabel = "all|1|0",
            defaultValue = "all",
            description = "all waits until records are safe. Default: ${DEFAULT-VALUE}.")
    private String acks = "all";

    @Option(
            names = {"-z", "--compression"},
            paramLabel = "CODEC",
            defaultValue = "none",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Compression compression = Compression.none;

    @Option(
            names = "--batch",
            paramLabel = "SIZE",
            defaultValue = "64KiB",
            description = "How much a producer collects for a partition. Default: ${DEFAULT-VALUE}.")
    private String batch = "";

    @Option(
            names = "--linger",
            paramLabel = "TIME",
            description = "How long a producer waits for more. Default: 5ms for throughput, none end to end.")
    private Optional<Duration> linger = Optional.empty();

    /**
     * The producer's settings; {@code usualLinger} holds where the command line says nothing.
     *
     * @throws CommandException when an option has a value that does not exist
     */
    Map<String, Object> settings(Duration usualLinger) {
        if (!acks.matches("all|-1|1|0")) {
            throw new CommandException("--acks must be all, 1 or 0, not " + acks);
        }
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.ACKS_CONFIG, acks);
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, acks.equals("all") || acks.equals("-1"));
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression.name());
        settings.put(ProducerConfig.LINGER_MS_CONFIG, linger.orElse(usualLinger).toMillis());
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, batchBytes());
        return settings;
    }

    private int batchBytes() {
        try {
            return (int) Math.min(SizeText.parse(batch), 16 * 1024 * 1024);
        } catch (IllegalArgumentException malformed) {
            throw new CommandException("--batch: " + malformed.getMessage(), malformed);
        }
    }
}
