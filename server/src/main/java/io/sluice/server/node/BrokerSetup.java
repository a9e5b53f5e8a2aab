package io.sluice.server.node;

import io.sluice.broker.BrokerSettings;
import io.sluice.broker.config.ClientLimitConfigs;
import io.sluice.broker.config.ConfigValues;
import io.sluice.broker.config.ShareConfigs;
import io.sluice.network.ConnectionLimits;
import io.sluice.network.ListenerSettings;
import io.sluice.protocol.kafka.KafkaLimits;
import io.sluice.protocol.kafka.KafkaSettings;
import io.sluice.replication.ReplicationSettings;
import io.sluice.replication.journal.JournalSettings;
import io.sluice.server.settings.ClusterSettings;
import io.sluice.server.settings.ListenAddress;
import io.sluice.server.settings.Setting;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SluiceSettings;
import io.sluice.server.telemetry.TelemetrySettings;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What the settings say, in the words of the parts that are told.
 *
 * @param broker defaults and limits of topics and groups
 * @param replication data directory and journal
 * @param kafka the Kafka listener, if there is one
 * @param redis the Redis listener, in the clear
 * @param redisTls the Redis listener with TLS
 * @param isRedisDebugAllowed whether they answer DEBUG
 * @param http the HTTP listener, if there is one
 * @param observed how many topics and groups have numbers of their own
 * @param telemetry where numbers are sent, if anywhere
 */
record BrokerSetup(
        BrokerSettings broker,
        ReplicationSettings replication,
        Optional<KafkaSettings> kafka,
        Optional<ListenerSettings> redis,
        Optional<ListenerSettings> redisTls,
        boolean isRedisDebugAllowed,
        Optional<ListenerSettings> http,
        ObservedLimits observed,
        Optional<TelemetrySettings> telemetry) {
    private static final ConnectionLimits HTTP_LIMITS = ConnectionLimits.of(256, 10);
    private static final long HTTP_IDLE_TIMEOUT_MS = 60_000;
    private static final int WRITE_HIGH_BYTES = 1 << 20;
    private static final int WRITE_LOW_BYTES = 256 << 10;

    /** Throws {@link StartException} where settings contradict each other. */
    static BrokerSetup of(Settings settings) {
        BrokerSettings broker = BrokerSettings.of(settings.brokerValues()).get();
        return new BrokerSetup(
                broker,
                replication(settings),
                settings.get(SluiceSettings.KAFKA_LISTEN).map(address -> kafka(settings, broker.values(), address)),
                redis(settings, SluiceSettings.REDIS_LISTEN, "redis", broker.values()),
                redis(settings, SluiceSettings.REDIS_TLS_LISTEN, "redis-tls", broker.values()),
                settings.get(SluiceSettings.REDIS_DEBUG),
                settings.get(SluiceSettings.HTTP_LISTEN)
                        .map(address -> listener("http", address, HTTP_LIMITS, HTTP_IDLE_TIMEOUT_MS)),
                new ObservedLimits(
                        count(settings, SluiceSettings.METRICS_TOPICS_MAX),
                        count(settings, SluiceSettings.METRICS_GROUPS_MAX)),
                telemetry(settings));
    }

    private static Optional<ListenerSettings> redis(
            Settings settings, Setting<Optional<ListenAddress>> setting, String name, ConfigValues broker) {
        return settings.get(setting).map(address -> listener(name, address, connections(broker), 0));
    }

    private static Optional<TelemetrySettings> telemetry(Settings settings) {
        String endpoint = settings.get(SluiceSettings.OTEL_ENDPOINT);
        if (endpoint.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI address = URI.create(endpoint);
            if (address.getHost() != null && List.of("http", "https").contains(address.getScheme())) {
                return Optional.of(new TelemetrySettings(
                        address,
                        settings.get(SluiceSettings.OTEL_HEADERS_FILE),
                        settings.get(SluiceSettings.OTEL_INTERVAL_MS)));
            }
        } catch (IllegalArgumentException wrong) {
            // Told below.
        }
        throw new StartException(
                ExitCode.USAGE,
                SluiceSettings.OTEL_ENDPOINT.name() + "=" + endpoint
                        + " is no URL; it must look like http://collector:4318/v1/metrics",
                null);
    }

    private static ReplicationSettings replication(Settings settings) {
        ReplicationSettings standard = ReplicationSettings.defaults(
                settings.get(SluiceSettings.DATA_DIR).toAbsolutePath().normalize());
        JournalSettings journal = standard.journal();
        return new ReplicationSettings(
                        standard.directory(),
                        new JournalSettings(
                                journal.firstFileBytes(),
                                journal.fileBytes(),
                                settings.get(SluiceSettings.JOURNAL_BYTES)),
                        standard.queueBytes(),
                        settings.get(SluiceSettings.TAIL_MEMORY_BYTES),
                        settings.get(SluiceSettings.CHECKPOINT_BYTES),
                        settings.get(SluiceSettings.CHECKPOINT_MS),
                        OpenFileLimit.segmentFiles(standard.openFilesMax()))
                .with(
                        settings.get(SluiceSettings.DATA_RESERVE_BYTES),
                        settings.get(SluiceSettings.DATA_SCRUB_BYTES),
                        settings.get(ClusterSettings.COPY_BYTES));
    }

    private static KafkaSettings kafka(Settings settings, ConfigValues broker, ListenAddress bind) {
        Optional<ListenAddress> advertised = settings.get(SluiceSettings.KAFKA_ADVERTISE);
        if (bind.isWildcard() && advertised.isEmpty()) {
            throw new StartException(
                    ExitCode.USAGE,
                    "kafka.listen=" + settings.text(SluiceSettings.KAFKA_LISTEN)
                            + " listens on every address, so clients"
                            + " must be told which to use; add --set kafka.advertise=HOST:PORT with a name they can reach",
                    null);
        }
        return new KafkaSettings(
                listener("kafka", bind, connections(broker), broker.get(ClientLimitConfigs.CONNECTIONS_IDLE_MS)),
                advertised.map(ListenAddress::host),
                advertised
                        .flatMap(address -> address.port().stream().boxed().findFirst())
                        .orElse(0),
                limits(settings, broker));
    }

    /** Bounds of the Kafka listener's connections. */
    static ConnectionLimits connections(ConfigValues broker) {
        return new ConnectionLimits(
                broker.get(ClientLimitConfigs.CONNECTIONS_MAX),
                broker.get(ClientLimitConfigs.CONNECTIONS_RESERVED),
                broker.get(ClientLimitConfigs.CONNECTIONS_PER_ADDRESS),
                ClientLimitConfigs.overrides(broker.get(ClientLimitConfigs.CONNECTIONS_OF_ADDRESSES)),
                broker.get(ClientLimitConfigs.CONNECTION_RATE_MAX));
    }

    private static KafkaLimits limits(Settings settings, ConfigValues broker) {
        KafkaLimits standard = KafkaLimits.defaults();
        return new KafkaLimits(
                broker.get(ClientLimitConfigs.REQUEST_MAX_BYTES),
                settings.get(SluiceSettings.KAFKA_REQUEST_MEMORY_BYTES),
                settings.get(SluiceSettings.KAFKA_ANSWER_MEMORY_BYTES),
                count(settings, SluiceSettings.KAFKA_FETCH_MAX_BYTES),
                standard.inFlightMax(),
                count(settings, SluiceSettings.KAFKA_FETCH_SESSIONS_MAX),
                broker.get(ShareConfigs.MAX_SESSIONS),
                standard.stallTimeoutMs());
    }

    private static ListenerSettings listener(String name, ListenAddress address, ConnectionLimits limits, long idleMs) {
        return new ListenerSettings(
                name, address.bindHost(), address.port().orElse(0), limits, idleMs, WRITE_HIGH_BYTES, WRITE_LOW_BYTES);
    }

    private static int count(Settings settings, Setting<Long> setting) {
        return Math.toIntExact(settings.get(setting));
    }
}
