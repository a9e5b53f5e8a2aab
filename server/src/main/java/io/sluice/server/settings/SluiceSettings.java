package io.sluice.server.settings;

import io.sluice.broker.BrokerSettings;
import io.sluice.broker.config.ConfigKey;
import io.sluice.protocol.kafka.KafkaLimits;
import io.sluice.replication.ReplicationSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The table of everything that can be set. */
public final class SluiceSettings {
    private static final ReplicationSettings STANDARD = ReplicationSettings.defaults(Path.of("data"));

    /** Where the log lives. */
    public static final Setting<Path> DATA_DIR = new Setting<>(
            "data.dir",
            new SettingType.Folder(),
            "./data",
            Change.RESTART,
            "Directory that holds the log; created if missing, locked while the broker runs.");

    /** Free space that is left alone. */
    public static final Setting<Long> DATA_RESERVE_BYTES = new Setting<>(
            "data.reserve.bytes",
            new SettingType.WholeNumber(1 << 20, 1L << 40, "bytes"),
            Long.toString(ReplicationSettings.RESERVE_BYTES),
            Change.RESTART,
            "Appends are refused while less of the disk is free, or less than a twentieth of a small disk.");

    /** Pace of the search for damage. */
    public static final Setting<Long> DATA_SCRUB_BYTES = new Setting<>(
            "data.scrub.bytes.per.second",
            new SettingType.WholeNumber(64 << 10, 16L << 30, "bytes"),
            Long.toString(ReplicationSettings.SCRUB_BYTES_PER_SECOND),
            Change.RESTART,
            "Pace at which finished segment files are read in the background to find damage early.");

    /** The Kafka listener. */
    public static final Setting<Optional<ListenAddress>> KAFKA_LISTEN = new Setting<>(
            "kafka.listen",
            new SettingType.Listener(),
            "127.0.0.1:9092",
            Change.RESTART,
            "Address at which Kafka clients connect.");

    /** What Kafka clients are told. */
    public static final Setting<Optional<ListenAddress>> KAFKA_ADVERTISE = new Setting<>(
            "kafka.advertise",
            new SettingType.Advertised(),
            "",
            Change.RESTART,
            "Address that Kafka clients are told to connect to; needed when kafka.listen is a wildcard.");

    /** The Redis listener. */
    public static final Setting<Optional<ListenAddress>> REDIS_LISTEN = new Setting<>(
            "redis.listen",
            new SettingType.Listener(),
            "off",
            Change.RESTART,
            "Address at which Redis clients connect, usually port 6379.");

    /** The Redis listener with TLS. */
    public static final Setting<Optional<ListenAddress>> REDIS_TLS_LISTEN = new Setting<>(
            "redis.tls.listen",
            new SettingType.Listener(),
            "off",
            Change.RESTART,
            "Address at which Redis clients connect with TLS; needs redis.tls.certificate.");

    /** Whether Redis clients may ask for what only tests want. */
    public static final Setting<Boolean> REDIS_DEBUG = new Setting<>(
            "redis.debug",
            new SettingType.Switch(),
            "false",
            Change.RESTART,
            "Whether Redis clients are answered DEBUG, for tests.");

    /** The HTTP listener. */
    public static final Setting<Optional<ListenAddress>> HTTP_LISTEN = new Setting<>(
            "http.listen",
            new SettingType.Listener(),
            "127.0.0.1:8080",
            Change.RESTART,
            "Address of /healthz, /readyz and /metrics.");

    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

    /** How much the process says on stderr. */
    public static final Setting<String> LOG_LEVEL = new Setting<>(
            "log.level",
            new SettingType.Choice(LEVELS),
            "info",
            Change.RESTART,
            "Least severe log message that is printed on stderr.");

    /** How much single parts of it say. */
    public static final Setting<Map<String, String>> LOG_LEVELS = new Setting<>(
            "log.levels",
            new SettingType.Levels(LEVELS),
            "",
            Change.RESTART,
            "Other levels of single loggers, such as io.sluice.broker=debug; `sluice loggers` changes them while running.");

    /** How it says it. */
    public static final Setting<String> LOG_FORMAT = new Setting<>(
            "log.format",
            new SettingType.Choice(List.of("text", "json")),
            "text",
            Change.RESTART,
            "Lines of the log: text for people, or a JSON object each for programs.");

    /** Topics with numbers of their own. */
    public static final Setting<Long> METRICS_TOPICS_MAX = new Setting<>(
            "metrics.topics.max",
            new SettingType.WholeNumber(0, 1_000_000, ""),
            "5000",
            Change.RESTART,
            "Topics with numbers of their own in /metrics, the first by name; the others are summed up.");

    /** Groups with numbers of their own. */
    public static final Setting<Long> METRICS_GROUPS_MAX = new Setting<>(
            "metrics.groups.max",
            new SettingType.WholeNumber(0, 100_000, ""),
            "500",
            Change.RESTART,
            "Groups whose lag is in /metrics, the first by id.");

    /** Where numbers are sent. */
    public static final Setting<String> OTEL_ENDPOINT = new Setting<>(
            "otel.endpoint",
            new SettingType.Text("an http or https URL with its path, or empty"),
            "",
            Change.RESTART,
            "OpenTelemetry collector that gets all metrics by OTLP over HTTP, such as"
                    + " http://collector:4318/v1/metrics; empty for none.");

    /** What the collector wants to hear. */
    public static final Setting<Optional<Path>> OTEL_HEADERS_FILE = new Setting<>(
            "otel.headers.file",
            new SettingType.OptionalFile(),
            "",
            Change.RESTART,
            "File with a line NAME=VALUE for each header that the collector wants, such as a secret token.");

    /** How often. */
    public static final Setting<Long> OTEL_INTERVAL_MS = new Setting<>(
            "otel.interval.ms",
            new SettingType.WholeNumber(100, 3_600_000, "ms"),
            "60000",
            Change.RESTART,
            "Time between two reports to the collector.");

    /** Memory of requests. */
    public static final Setting<Long> KAFKA_REQUEST_MEMORY_BYTES = new Setting<>(
            "kafka.request.memory.bytes",
            new SettingType.WholeNumber(1 << 20, 64L << 30, "bytes"),
            Long.toString(KafkaLimits.defaults().requestMemoryBytes()),
            Change.RESTART,
            "Received requests of all Kafka connections that wait or are handled; above it sockets are not read.");

    /** Memory of answers. */
    public static final Setting<Long> KAFKA_ANSWER_MEMORY_BYTES = new Setting<>(
            "kafka.answer.memory.bytes",
            new SettingType.WholeNumber(1 << 20, 64L << 30, "bytes"),
            Long.toString(KafkaLimits.defaults().answerMemoryBytes()),
            Change.RESTART,
            "Fetch answers of all Kafka connections that sockets have not taken yet; above it fetches wait.");

    /** Size of one answer. */
    public static final Setting<Long> KAFKA_FETCH_MAX_BYTES = new Setting<>(
            "kafka.fetch.max.bytes",
            new SettingType.WholeNumber(1024, 256 << 20, "bytes"),
            Integer.toString(KafkaLimits.defaults().fetchBytesMax()),
            Change.RESTART,
            "Largest fetch answer, whatever a client asks for; one batch is always given whole.");

    /** Number of fetch sessions. */
    public static final Setting<Long> KAFKA_FETCH_SESSIONS_MAX = new Setting<>(
            "kafka.fetch.sessions.max",
            new SettingType.WholeNumber(0, 1_000_000, ""),
            Integer.toString(KafkaLimits.defaults().fetchSessionsMax()),
            Change.RESTART,
            "Incremental fetch sessions kept; clients without one send whole requests.");

    /** Disk space of a journal. */
    public static final Setting<Long> JOURNAL_BYTES = new Setting<>(
            "journal.bytes",
            new SettingType.WholeNumber(256L << 20, 1L << 40, "bytes"),
            Long.toString(STANDARD.journal().budgetBytes()),
            Change.RESTART,
            "Disk space that the journal of one shard may use; of a small disk all journals together take half at most.");

    /** Distance of checkpoints in bytes. */
    public static final Setting<Long> CHECKPOINT_BYTES = new Setting<>(
            "checkpoint.bytes",
            new SettingType.WholeNumber(16L << 20, 64L << 30, "bytes"),
            Long.toString(STANDARD.checkpointBytes()),
            Change.RESTART,
            "A checkpoint follows after so many bytes of journal, which are what a restart after a crash replays.");

    /** Distance of checkpoints in time. */
    public static final Setting<Long> CHECKPOINT_MS = new Setting<>(
            "checkpoint.ms",
            new SettingType.WholeNumber(1_000, 3_600_000, "ms"),
            Long.toString(STANDARD.checkpointMs()),
            Change.RESTART,
            "A checkpoint follows after so long if anything was written.");

    /** Memory for the newest records. */
    public static final Setting<Long> TAIL_MEMORY_BYTES = new Setting<>(
            "tail.memory.bytes",
            new SettingType.WholeNumber(8L << 20, 64L << 30, "bytes"),
            Long.toString(STANDARD.tailBytes()),
            Change.RESTART,
            "Memory per durability class, in a cluster per shard, for the newest records, which readers then get without the"
                    + " disk. It is less where all of them together would take too much of the memory beside the heap.");

    /** The broker's configurations, which Kafka clients can read by the same names. */
    public static final List<Setting<?>> OF_BROKER = BrokerSettings.table().keys().stream()
            .<Setting<?>>map(SluiceSettings::ofBroker)
            .toList();

    /** All of them, in the order in which a reader wants them. */
    public static final List<Setting<?>> ALL = Stream.of(
                    Stream.<Setting<?>>of(
                            DATA_DIR,
                            DATA_RESERVE_BYTES,
                            DATA_SCRUB_BYTES,
                            KAFKA_LISTEN,
                            KAFKA_ADVERTISE,
                            REDIS_LISTEN,
                            REDIS_TLS_LISTEN,
                            REDIS_DEBUG,
                            HTTP_LISTEN,
                            LOG_LEVEL,
                            LOG_LEVELS,
                            LOG_FORMAT,
                            METRICS_TOPICS_MAX,
                            METRICS_GROUPS_MAX,
                            OTEL_ENDPOINT,
                            OTEL_HEADERS_FILE,
                            OTEL_INTERVAL_MS,
                            KAFKA_REQUEST_MEMORY_BYTES,
                            KAFKA_ANSWER_MEMORY_BYTES,
                            KAFKA_FETCH_MAX_BYTES,
                            KAFKA_FETCH_SESSIONS_MAX,
                            JOURNAL_BYTES,
                            CHECKPOINT_BYTES,
                            CHECKPOINT_MS,
                            TAIL_MEMORY_BYTES),
                    ClusterSettings.ALL.stream(),
                    SecuritySettings.ALL.stream(),
                    OF_BROKER.stream())
            .<Setting<?>>flatMap(settings -> settings)
            .toList();

    private SluiceSettings() {}

    private static Setting<String> ofBroker(ConfigKey<?> key) {
        Change change = key.isReadOnly() ? Change.RESTART : Change.DYNAMIC;
        return new Setting<>(
                key.name(), new SettingType.OfBroker(key), key.standardText(), change, key.documentation());
    }
}
