package io.sluice.testkit.crash;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Two programs of others: one writes numbered records to a topic of its own until SIGTERM, one reads them in a group. Each says a
 * line of JSON a record on its output, as Kafka's verifiable tools do: {@code producer_send_success} and {@code record_data}.
 *
 * @param topic which must be there before they start
 * @param producer command line of the one that writes
 * @param consumer command line of the one that reads
 */
public record ForeignPrograms(String topic, List<String> producer, List<String> consumer) {
    private static final String RECORDS_A_SECOND = "100";
    private static final String PYTHON = "/usr/bin/python3";
    private static final Path LIBRDKAFKA = Path.of("/usr/lib/python3/dist-packages/confluent_kafka");

    public ForeignPrograms {
        producer = List.copyOf(producer);
        consumer = List.copyOf(consumer);
    }

    /** VerifiableProducer, which does not try again, and VerifiableConsumer; {@code jars} is a folder with Kafka's. */
    public static ForeignPrograms verifiableTools(Path jars, String addresses) {
        String topic = "of-verifiable-tools";
        return new ForeignPrograms(
                topic,
                kafka(jars, "VerifiableProducer", addresses, topic, "--throughput", RECORDS_A_SECOND),
                kafka(
                        jars,
                        "VerifiableConsumer",
                        addresses,
                        topic,
                        "--group-id",
                        "readers-of-" + topic,
                        "--reset-policy",
                        "earliest",
                        "--verbose"));
    }

    private static List<String> kafka(Path jars, String program, String addresses, String topic, String... arguments) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m"));
        words.addAll(List.of("-cp", jars.toAbsolutePath() + "/*", "org.apache.kafka.tools." + program));
        words.addAll(List.of("--bootstrap-server", addresses, "--topic", topic));
        words.addAll(List.of(arguments));
        return words;
    }

    /** librdkafka's idempotent producer and its consumer, by Debian's python3-confluent-kafka; empty if that is not installed. */
    public static Optional<ForeignPrograms> librdkafka(Path folder, String addresses) {
        if (!Files.isDirectory(LIBRDKAFKA)) {
            return Optional.empty();
        }
        String script = unpacked(folder, "librdkafka.py").toString();
        String topic = "of-librdkafka";
        return Optional.of(new ForeignPrograms(
                topic,
                List.of(PYTHON, script, "produce", addresses, topic, RECORDS_A_SECOND),
                List.of(PYTHON, script, "consume", addresses, topic, RECORDS_A_SECOND)));
    }

    private static Path unpacked(Path folder, String name) {
        try (InputStream script = Objects.requireNonNull(ForeignPrograms.class.getResourceAsStream(name), name)) {
            Path file = folder.resolve(name);
            Files.copy(script, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
