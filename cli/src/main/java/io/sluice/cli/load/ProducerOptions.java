package io.sluice.cli.load;

import io.sluice.cli.command.SendOptions;
import io.sluice.cli.text.SizeText;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerConfig;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the load's producers send. */
final class ProducerOptions {

    private static final int BATCH_BYTES_MAX = 16 * 1024 * 1024;

    @Mixin
    private final SendOptions sending = new SendOptions();

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

    /** Why the options cannot be used; empty when they can. */
    String contradiction() {
        if (!sending.contradiction().isEmpty()) {
            return sending.contradiction();
        }
        try {
            SizeText.parse(batch);
            return "";
        } catch (IllegalArgumentException malformed) {
            return "--batch: " + malformed.getMessage();
        }
    }

    /** The producer's settings; {@code usualLinger} holds where the command line says nothing. */
    Map<String, Object> settings(Duration usualLinger) {
        Map<String, Object> settings = sending.settings();
        settings.put(ProducerConfig.LINGER_MS_CONFIG, linger.orElse(usualLinger).toMillis());
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, (int) Math.min(SizeText.parse(batch), BATCH_BYTES_MAX));
        return settings;
    }
}
