package io.sluice.bench.peer;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.cluster.ClusterProcesses;
import io.sluice.testkit.cluster.ClusterUnderTest;
import io.sluice.testkit.redis.RedisServer;
import java.nio.file.Path;
import java.util.Map;

/** A broker in one of the ways in which it is compared. */
public enum Contender {
    /** Sluice, acknowledging after the page cache, as Kafka does by default. */
    SLUICE_OS("sluice os", "sluice.durability", "os"),
    /** Sluice as it comes: every acknowledgement after a sync. */
    SLUICE("sluice", "", ""),
    /** Apache Kafka as it comes: acknowledging after the page cache. */
    KAFKA("kafka", "", ""),
    /** Apache Kafka, syncing before it acknowledges. */
    KAFKA_FLUSH_EACH("kafka flush.messages=1", "flush.messages", "1"),
    /** redis-server with its log, synced once a second. */
    REDIS_EVERYSEC("redis everysec", "appendfsync", "everysec"),
    /** redis-server with its log, synced before it answers. */
    REDIS_ALWAYS("redis always", "appendfsync", "always"),
    /** Nobody: answers every produce request and keeps nothing, which shows what the load generator can do. */
    NULL_BROKER("null broker", "", "");

    private final String label;
    private final String configName;
    private final String configValue;

    Contender(String label, String configName, String configValue) {
        this.label = label;
        this.configName = configName;
        this.configValue = configValue;
    }

    /** Its name in tables. */
    public String label() {
        return label;
    }

    /** Configurations of every topic of this contender. */
    public Map<String, String> topicConfigs() {
        return configName.isEmpty() ? Map.of() : Map.of(configName, configValue);
    }

    /** Whether it is ours. */
    public boolean isSluice() {
        return this == SLUICE || this == SLUICE_OS;
    }

    /** Whether it speaks Redis only. */
    public boolean isRedis() {
        return this == REDIS_EVERYSEC || this == REDIS_ALWAYS;
    }

    /** Whether it has topics and what is written to them can be read. */
    public boolean keepsRecords() {
        return this != NULL_BROKER && !isRedis();
    }

    /** Starts the broker on an empty {@code dataFolder} and returns when it is ready. */
    public BrokerUnderTest start(Path dataFolder) {
        return start(dataFolder, Map.of());
    }

    /** The same with {@code settings}, which have the same names on both sides. */
    public BrokerUnderTest start(Path dataFolder, Map<String, String> settings) {
        BrokerUnderTest broker = switch (this) {
            case SLUICE, SLUICE_OS -> BrokerProcess.start(BrokerCommand.ofLauncher(), dataFolder, settings);
            case KAFKA, KAFKA_FLUSH_EACH -> new KafkaProcess(dataFolder, settings);
            case REDIS_EVERYSEC, REDIS_ALWAYS ->
                RedisServer.start(dataFolder, "--appendonly", "yes", "--" + configName, configValue);
            case NULL_BROKER -> BrokerProcess.start(NullBroker.command(), dataFolder, settings);
        };
        if (keepsRecords()) {
            Readiness.await(broker);
        }
        return broker;
    }

    /** Starts so many that keep one cluster, on the empty {@code dataFolder}, and returns when all are ready. */
    public ClusterUnderTest startCluster(Path dataFolder, int nodes) {
        return switch (this) {
            case SLUICE, SLUICE_OS -> ClusterProcesses.start(BrokerCommand.ofLauncher(), dataFolder, nodes);
            case KAFKA, KAFKA_FLUSH_EACH -> KafkaCluster.start(dataFolder, nodes);
            case REDIS_EVERYSEC, REDIS_ALWAYS, NULL_BROKER ->
                throw new IllegalStateException(label + " keeps no cluster");
        };
    }
}
