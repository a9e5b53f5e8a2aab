package io.sluice.server.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The table of everything that can be set. */
public final class SluiceSettings {
    /** Where the log lives. */
    public static final Setting<Path> DATA_DIR = new Setting<>(
            "data.dir",
            new SettingType.Folder(),
            "./data",
            Change.RESTART,
            "Directory that holds the log; created if missing, locked while the broker runs.");

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

    /** The HTTP listener. */
    public static final Setting<Optional<ListenAddress>> HTTP_LISTEN = new Setting<>(
            "http.listen",
            new SettingType.Listener(),
            "127.0.0.1:8080",
            Change.RESTART,
            "Address of /healthz, /readyz and /metrics.");

    /** How much the process says on stderr. */
    public static final Setting<String> LOG_LEVEL = new Setting<>(
            "log.level",
            new SettingType.Choice(List.of("error", "warn", "info", "debug", "trace")),
            "info",
            Change.RESTART,
            "Least severe log message that is printed on stderr.");

    /** All of them, in the order in which a reader wants them. */
    public static final List<Setting<?>> ALL = List.of(DATA_DIR, KAFKA_LISTEN, KAFKA_ADVERTISE, HTTP_LISTEN, LOG_LEVEL);

    private SluiceSettings() {}
}
