package io.sluice.bench.peer;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.BrokerUnderTest;
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

    /** Whether it has topics and what is written to them can be read. */
    public boolean keepsRecords() {
        return this != NULL_BROKER;
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
            case NULL_BROKER -> BrokerProcess.start(NullBroker.command(), dataFolder, settings);
        };
        if (keepsRecords()) {
            Readiness.await(broker);
        }
        return broker;
    }
}
