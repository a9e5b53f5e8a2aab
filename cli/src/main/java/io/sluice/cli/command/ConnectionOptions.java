package io.sluice.cli.command;

import io.sluice.cli.text.DurationText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * Which broker, as whom, and how long to wait for it; opens clients. An option wins over the client file, the file over
 * the environment. For the command's thread.
 */
public final class ConnectionOptions {

    private static final String BOOTSTRAP_DEFAULT = "127.0.0.1:9092";
    private static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(10);

    /** The options; a group only for its heading in the help. */
    private static final class Given {
        @Option(
                names = {"-b", "--bootstrap"},
                paramLabel = "HOST:PORT",
                description = "The broker's Kafka listener; a comma separates several. Environment: SLUICE_BOOTSTRAP."
                        + " Default: " + BOOTSTRAP_DEFAULT + ".")
        private Optional<String> bootstrap = Optional.empty();

        @Option(
                names = "--timeout",
                paramLabel = "TIME",
                description = "How long to wait for an answer: 500ms, 10s, 1m. Default: 10s.")
        private Optional<Duration> timeout = Optional.empty();

        @Option(
                names = "--as",
                paramLabel = "USER",
                description = "Sign in as this user. The password comes from SLUICE_PASSWORD or is asked for."
                        + " Environment: SLUICE_USER.")
        private Optional<String> user = Optional.empty();

        @Option(
                names = "--sasl",
                paramLabel = "MECHANISM",
                description = "How to sign in: SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN. Default: "
                        + ClientSecurity.MECHANISM_DEFAULT + ".")
        private Optional<String> mechanism = Optional.empty();

        @Option(names = "--tls", description = "Encrypt, and check the broker's certificate.")
        private boolean tls;

        @Option(
                names = "--tls-ca",
                paramLabel = "FILE",
                description = "The authority (PEM) that signed the broker's certificate; means --tls.")
        private @Nullable Path certificateAuthority;

        @Option(
                names = "--client-config",
                paramLabel = "FILE",
                description = "Settings of a Kafka client (ssl.*, sasl.*, …) as a properties file."
                        + " Environment: SLUICE_CLIENT_CONFIG.")
        private @Nullable Path clientFile;
    }

    private final Console console;

    @ArgGroup(validate = false, heading = "%nConnection:%n")
    private Given given = new Given();

    private @Nullable Map<String, String> fileSettings;
    private @Nullable Map<String, Object> securitySettings;

    ConnectionOptions(Console console) {
        this.console = console;
    }

    /** The address of the broker, HOST:PORT, or several with commas between them. */
    public String bootstrap() {
        return given.bootstrap
                .or(() -> Optional.ofNullable(fileSettings().get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)))
                .or(() -> console.environment("SLUICE_BOOTSTRAP"))
                .orElse(BOOTSTRAP_DEFAULT);
    }

    /** The same without reading a file, for a sentence about a failure. */
    public String bootstrapForErrors() {
        return given.bootstrap
                .or(() -> Optional.ofNullable(fileSettings)
                        .map(file -> file.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)))
                .or(() -> console.environment("SLUICE_BOOTSTRAP"))
                .orElse(BOOTSTRAP_DEFAULT);
    }

    /** How long to wait for an answer. */
    public Duration timeout() {
        return given.timeout.orElse(TIMEOUT_DEFAULT);
    }

    private int timeoutMs() {
        return Math.clamp(timeout().toMillis(), 1, Integer.MAX_VALUE / 4);
    }

    /** An admin client; the caller closes it. */
    public Admin openAdmin() {
        return Admin.create(properties());
    }

    /** A producer of bytes with {@code settings} above the usual ones; the caller closes it. */
    public KafkaProducer<byte[], byte[]> openProducer(Map<String, Object> settings) {
        Map<String, Object> properties = properties();
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeoutMs());
        // A broker that restarts in the middle of a large input should not end it.
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 3 * timeoutMs());
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.remove(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG);
        properties.putAll(settings);
        return new KafkaProducer<>(properties);
    }

    /** A consumer of bytes with {@code settings} above the usual ones; the caller closes it. */
    public KafkaConsumer<byte[], byte[]> openConsumer(Map<String, Object> settings) {
        Map<String, Object> properties = properties();
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.putIfAbsent(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        properties.putAll(settings);
        return new KafkaConsumer<>(properties);
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, "sluice-cli");
        properties.putAll(fileSettings());
        properties.putAll(securitySettings());
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap());
        properties.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs());
        properties.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs());
        properties.put("enable.metrics.push", false);
        Reachability.check(bootstrap(), timeout());
        return properties;
    }

    private Map<String, String> fileSettings() {
        if (fileSettings == null) {
            Optional<Path> file = Optional.ofNullable(given.clientFile)
                    .or(() -> console.environment("SLUICE_CLIENT_CONFIG").map(Path::of));
            fileSettings = file.map(ClientFile::read).orElseGet(Map::of);
        }
        return fileSettings;
    }

    private Map<String, Object> securitySettings() {
        if (securitySettings == null) {
            securitySettings = new ClientSecurity(
                            given.user.or(() -> console.environment("SLUICE_USER")),
                            given.mechanism,
                            given.tls,
                            Optional.ofNullable(given.certificateAuthority))
                    .settings(fileSettings(), console);
        }
        return securitySettings;
    }

    /** Lets picocli read durations. */
    public static Duration duration(String text) {
        try {
            return DurationText.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw new TypeConversionException(String.valueOf(malformed.getMessage()));
        }
    }
}
