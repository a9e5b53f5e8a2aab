package io.sluice.broker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.ConfigEntry.Source;
import io.sluice.broker.api.ConfigEntry.Synonym;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.replication.Durability;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigTablesTest {
    /** The table of Kafka 4.3's documentation, topic-configs, names and defaults, and what KIP-1191 brings with 4.4. */
    private static final Map<String, String> KAFKA_TOPIC_DEFAULTS = Map.ofEntries(
            Map.entry("cleanup.policy", "delete"),
            Map.entry("compression.gzip.level", "-1"),
            Map.entry("compression.lz4.level", "9"),
            Map.entry("compression.type", "producer"),
            Map.entry("compression.zstd.level", "3"),
            Map.entry("delete.retention.ms", "86400000"),
            Map.entry("errors.deadletterqueue.group.enable", "false"),
            Map.entry("file.delete.delay.ms", "60000"),
            Map.entry("flush.messages", "9223372036854775807"),
            Map.entry("flush.ms", "9223372036854775807"),
            Map.entry("follower.replication.throttled.replicas", ""),
            Map.entry("index.interval.bytes", "4096"),
            Map.entry("leader.replication.throttled.replicas", ""),
            Map.entry("local.retention.bytes", "-2"),
            Map.entry("local.retention.ms", "-2"),
            Map.entry("max.compaction.lag.ms", "9223372036854775807"),
            Map.entry("max.message.bytes", "1048588"),
            Map.entry("message.timestamp.after.max.ms", "3600000"),
            Map.entry("message.timestamp.before.max.ms", "9223372036854775807"),
            Map.entry("message.timestamp.type", "CreateTime"),
            Map.entry("min.cleanable.dirty.ratio", "0.5"),
            Map.entry("min.compaction.lag.ms", "0"),
            Map.entry("min.insync.replicas", "1"),
            Map.entry("preallocate", "false"),
            Map.entry("remote.log.copy.disable", "false"),
            Map.entry("remote.log.delete.on.disable", "false"),
            Map.entry("remote.storage.enable", "false"),
            Map.entry("retention.bytes", "-1"),
            Map.entry("retention.ms", "604800000"),
            Map.entry("segment.bytes", "1073741824"),
            Map.entry("segment.index.bytes", "10485760"),
            Map.entry("segment.jitter.ms", "0"),
            Map.entry("segment.ms", "604800000"),
            Map.entry("unclean.leader.election.enable", "false"));

    /** Of Kafka 4.3's documentation, broker-configs: those that Sluice has. */
    private static final Map<String, String> KAFKA_BROKER_DEFAULTS = Map.ofEntries(
            Map.entry("auto.create.topics.enable", "true"),
            Map.entry("delete.topic.enable", "true"),
            Map.entry("num.partitions", "1"),
            Map.entry("default.replication.factor", "1"),
            Map.entry("message.max.bytes", "1048588"),
            Map.entry("log.message.timestamp.type", "CreateTime"),
            Map.entry("log.message.timestamp.before.max.ms", "9223372036854775807"),
            Map.entry("log.message.timestamp.after.max.ms", "3600000"),
            Map.entry("log.retention.bytes", "-1"),
            Map.entry("log.retention.check.interval.ms", "300000"),
            Map.entry("log.segment.bytes", "1073741824"),
            Map.entry("producer.id.expiration.ms", "86400000"),
            Map.entry("producer.id.expiration.check.interval.ms", "600000"),
            Map.entry("log.cleaner.backoff.ms", "15000"),
            Map.entry("log.cleaner.dedupe.buffer.size", "134217728"),
            Map.entry("log.cleaner.enable", "true"),
            Map.entry("log.cleaner.io.buffer.load.factor", "0.9"),
            Map.entry("log.cleaner.io.buffer.size", "524288"),
            Map.entry("log.cleaner.io.max.bytes.per.second", "1.7976931348623157E308"),
            Map.entry("log.cleaner.threads", "1"),
            Map.entry("group.min.session.timeout.ms", "6000"),
            Map.entry("group.max.session.timeout.ms", "1800000"),
            Map.entry("group.initial.rebalance.delay.ms", "3000"),
            Map.entry("group.max.size", "2147483647"),
            Map.entry("offset.metadata.max.bytes", "4096"),
            Map.entry("offsets.retention.minutes", "10080"),
            Map.entry("offsets.retention.check.interval.ms", "600000"));

    @Test
    void topicsHaveKafkasConfigsWithKafkasDefaultsAndOurOwn() {
        Map<String, String> kafkas = new TreeMap<>();
        Map<String, String> ours = new TreeMap<>();
        TopicConfigs.TABLE
                .keys()
                .forEach(key -> (key.name().startsWith("sluice.") ? ours : kafkas).put(key.name(), key.standardText()));

        assertThat(kafkas).isEqualTo(new TreeMap<>(KAFKA_TOPIC_DEFAULTS));
        assertThat(ours)
                .containsEntry("sluice.durability", "fsync")
                .containsEntry("sluice.retention.records", "-1")
                .containsEntry("sluice.delivery.ordering", "none");
    }

    @Test
    void theBrokerHasKafkasDefaults() {
        assertThat(BrokerConfigs.TABLE.keys().stream()
                        .collect(Collectors.toMap(ConfigKey::name, ConfigKey::standardText)))
                .containsAllEntriesOf(KAFKA_BROKER_DEFAULTS);
    }

    @Test
    void everyDefaultLiesWithinItsOwnBounds() {
        for (ConfigTable table : new ConfigTable[] {BrokerConfigs.TABLE, TopicConfigs.TABLE}) {
            assertThat(table.keys()).allSatisfy(key -> {
                assertThat(key.parse(key.standardText()).isOk()).isTrue();
                assertThat(key.documentation()).endsWith(".");
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "cleanup.policy, compacted",
        "cleanup.policy, 'compact,compact'",
        "cleanup.policy, 'compact,'",
        "sluice.retention.records, -2",
        "compression.type, gzip",
        "min.insync.replicas, 2",
        "unclean.leader.election.enable, true",
        "remote.storage.enable, true",
        "segment.jitter.ms, 1",
        "retention.ms, -2",
        "retention.ms, soon",
        "segment.bytes, 1048575",
        "segment.bytes, 2147483648",
        "segment.ms, 0",
        "max.message.bytes, 15728641",
        "max.message.bytes, -1",
        "message.timestamp.type, createtime",
        "message.timestamp.after.max.ms, -1",
        "min.cleanable.dirty.ratio, 1.1",
        "compression.gzip.level, 0",
        "preallocate, yes",
        "flush.messages, 0",
        "sluice.durability, disk",
        "leader.replication.throttled.replicas, *"
    })
    void valuesThatCannotBeHonouredAreRefusedByName(String name, String value) {
        Result<ConfigValues> checked = TopicConfigs.check(Map.of(name, value), ConfigValues.NONE);

        assertThat(checked.error()).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(checked.message()).contains(name, value);
    }

    @ParameterizedTest
    @CsvSource({
        "cleanup.policy, delete",
        "cleanup.policy, compact",
        "cleanup.policy, 'compact,delete'",
        "cleanup.policy, 'delete, compact'",
        "cleanup.policy, ''",
        "sluice.retention.records, 0",
        "retention.ms, -1",
        "retention.bytes, 1000",
        "segment.bytes, 1048576",
        "max.message.bytes, 15728640",
        "max.message.bytes, 0",
        "message.timestamp.type, LogAppendTime",
        "min.insync.replicas, 1",
        "flush.messages, 1",
        "flush.ms, 0",
        "delete.retention.ms, 5",
        "preallocate, FALSE",
        "sluice.durability, memory",
        "compression.zstd.level, -5"
    })
    void valuesThatCanBeHonouredAreTaken(String name, String value) {
        assertThat(TopicConfigs.check(Map.of(name, value), ConfigValues.NONE).isOk())
                .isTrue();
    }

    @Test
    void unknownNamesAreRefusedByName() {
        Result<ConfigValues> checked = TopicConfigs.check(Map.of("retention.millis", "1"), ConfigValues.NONE);

        assertThat(checked.error()).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(checked.message()).contains("retention.millis");
    }

    @Test
    void compactionLagsThatContradictAreRefused() {
        Map<String, String> configs = Map.of("min.compaction.lag.ms", "10", "max.compaction.lag.ms", "5");

        assertThat(TopicConfigs.check(configs, ConfigValues.NONE).error()).isEqualTo(ErrorCode.INVALID_CONFIG);
    }

    @Test
    void aTopicsOwnValueGoesBeforeTheBrokersBeforeTheDefault() {
        ConfigValues broker = BrokerConfigs.TABLE
                .check(Map.of("log.retention.ms", "2000", "log.roll.ms", "3000"))
                .get();
        ConfigValues own =
                TopicConfigs.check(Map.of("retention.ms", "1000"), broker).get();
        TopicConfig config = new TopicConfig(own, broker);

        assertThat(config.settings().retentionMs()).isEqualTo(1000);
        assertThat(config.segments().segmentMsMax()).isEqualTo(3000);
        assertThat(config.settings().maxMessageBytes()).isEqualTo(1_048_588);
        assertThat(config.durability()).isEqualTo(Durability.FSYNC);
        assertThat(entry(config, "retention.ms", broker)).satisfies(entry -> {
            assertThat(entry.value()).isEqualTo("1000");
            assertThat(entry.source()).isEqualTo(Source.TOPIC);
            assertThat(entry.synonyms())
                    .containsExactly(
                            new Synonym("retention.ms", "1000", Source.TOPIC),
                            new Synonym("log.retention.ms", "2000", Source.STATIC_BROKER),
                            new Synonym("log.retention.ms", "604800000", Source.DEFAULT));
        });
        assertThat(entry(config, "segment.ms", broker).source()).isEqualTo(Source.STATIC_BROKER);
        assertThat(entry(config, "max.message.bytes", broker).source()).isEqualTo(Source.DEFAULT);
    }

    @Test
    void aCompactedTopicEndsItsSegmentsWithinTheLargestLag() {
        Map<String, String> own = Map.of("cleanup.policy", "compact,delete", "max.compaction.lag.ms", "5000");
        TopicConfig config =
                new TopicConfig(TopicConfigs.check(own, ConfigValues.NONE).get(), ConfigValues.NONE);

        assertThat(config.settings().cleanup().compacts()).isTrue();
        assertThat(config.settings().cleanup().deletes()).isTrue();
        assertThat(config.segments().segmentMsMax()).isEqualTo(5_000);
    }

    @Test
    void kafkasHookForSmallSegmentsIsTakenAndNotListed() {
        ConfigValues own = TopicConfigs.check(Map.of("internal.segment.bytes", "1000"), ConfigValues.NONE)
                .get();
        TopicConfig config = new TopicConfig(own, ConfigValues.NONE);

        assertThat(config.segments().segmentBytesMax()).isEqualTo(1000);
        assertThat(config.describe(BrokerLayers.of(ConfigValues.NONE)))
                .extracting(ConfigEntry::name)
                .doesNotContain("internal.segment.bytes");
    }

    @Test
    void whatIsSetWhileRunningGoesBeforeTheSettingsAndANodeBeforeAllNodes() {
        BrokerLayers layers = new BrokerLayers(
                new ConfigValues(Map.of("log.retention.ms", "1")),
                new ConfigValues(Map.of("log.retention.ms", "2", "message.max.bytes", "20")),
                new ConfigValues(Map.of("log.retention.ms", "3", "message.max.bytes", "30", "num.partitions", "4")));

        assertThat(layers.effective().get(BrokerConfigs.RETENTION_MS)).isEqualTo(1);
        assertThat(layers.effective().get(BrokerConfigs.MESSAGE_MAX_BYTES)).isEqualTo(20);
        assertThat(layers.effective().get(BrokerConfigs.PARTITION_COUNT)).isEqualTo(4);
        assertThat(find(BrokerConfigs.describe(layers), "log.retention.ms").synonyms())
                .containsExactly(
                        new Synonym("log.retention.ms", "1", Source.DYNAMIC_BROKER),
                        new Synonym("log.retention.ms", "2", Source.DYNAMIC_DEFAULT_BROKER),
                        new Synonym("log.retention.ms", "3", Source.STATIC_BROKER),
                        new Synonym("log.retention.ms", "604800000", Source.DEFAULT));
        assertThat(BrokerConfigs.describeClusterDefault(layers))
                .extracting(ConfigEntry::name, ConfigEntry::value, ConfigEntry::source)
                .containsExactlyInAnyOrder(
                        tuple("log.retention.ms", "2", Source.DYNAMIC_DEFAULT_BROKER),
                        tuple("message.max.bytes", "20", Source.DYNAMIC_DEFAULT_BROKER));
    }

    /** Kafka's update modes, as its documentation lists them with each configuration. */
    @ParameterizedTest
    @CsvSource({
        "log.retention.ms, CLUSTER_WIDE",
        "message.max.bytes, CLUSTER_WIDE",
        "log.cleanup.policy, CLUSTER_WIDE",
        "producer.id.expiration.ms, CLUSTER_WIDE",
        "log.cleaner.backoff.ms, CLUSTER_WIDE",
        "log.cleaner.dedupe.buffer.size, CLUSTER_WIDE",
        "log.cleaner.io.max.bytes.per.second, CLUSTER_WIDE",
        "log.cleaner.enable, READ_ONLY",
        "num.partitions, READ_ONLY",
        "auto.create.topics.enable, READ_ONLY",
        "delete.topic.enable, READ_ONLY",
        "group.max.size, READ_ONLY",
        "offsets.retention.minutes, READ_ONLY",
        "log.retention.check.interval.ms, READ_ONLY"
    })
    void configurationsChangeWhileRunningWhereKafkasDo(String name, ConfigKey.Update update) {
        assertThat(BrokerConfigs.TABLE.find(name).orElseThrow().update()).isEqualTo(update);
    }

    /** Kafka changes them while it runs, and here they would change nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"log.cleaner.threads", "log.cleaner.io.buffer.size", "log.cleaner.io.buffer.load.factor"})
    void whatWouldHaveNoEffectCannotBeChanged(String name) {
        assertThat(BrokerConfigs.TABLE.find(name).orElseThrow().isReadOnly()).isTrue();
    }

    @Test
    void onlyWhatATopicIsMadeWithCannotChange() {
        assertThat(TopicConfigs.TABLE.keys().stream().filter(ConfigKey::isReadOnly))
                .extracting(ConfigKey::name)
                .containsExactly("sluice.durability", "sluice.redis.ids");
    }

    @ParameterizedTest
    @CsvSource({
        "consumer.session.timeout.ms, 44999, group.consumer.min.session.timeout.ms",
        "consumer.session.timeout.ms, 60001, group.consumer.max.session.timeout.ms",
        "consumer.heartbeat.interval.ms, 4999, group.consumer.min.heartbeat.interval.ms",
        "consumer.heartbeat.interval.ms, 15001, group.consumer.max.heartbeat.interval.ms",
        "consumer.heartbeat.interval.ms, often, consumer.heartbeat.interval.ms",
        "consumer.patience.ms, 1, consumer.patience.ms"
    })
    void aGroupsConfigsLieWithinTheBrokersBounds(String name, String value, String named) {
        Result<ConfigValues> checked = GroupConfigs.check(Map.of(name, value), ConfigValues.NONE);

        assertThat(checked.error()).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(checked.message()).contains(name, named);
    }

    @Test
    void aGroupsOwnValueGoesBeforeTheBrokers() {
        LiveConfigs live = new LiveConfigs(new ConfigValues(Map.of("group.consumer.session.timeout.ms", "50000")));
        assertThat(live.ofGroup("g", GroupConfigs.SESSION_MS)).isEqualTo(50_000);

        live.become("g", new ConfigValues(Map.of("consumer.session.timeout.ms", "55000")));

        assertThat(live.ofGroup("g", GroupConfigs.SESSION_MS)).isEqualTo(55_000);
        assertThat(live.ofGroup("h", GroupConfigs.SESSION_MS)).isEqualTo(50_000);
        assertThat(live.groups()).containsExactly("g");
        assertThat(find(GroupConfigs.describe(live.group("g"), live.layers()), "consumer.session.timeout.ms")
                        .synonyms())
                .containsExactly(
                        new Synonym("consumer.session.timeout.ms", "55000", Source.GROUP),
                        new Synonym("group.consumer.session.timeout.ms", "50000", Source.STATIC_BROKER),
                        new Synonym("group.consumer.session.timeout.ms", "45000", Source.DEFAULT));
    }

    private static ConfigEntry entry(TopicConfig config, String name, ConfigValues broker) {
        return find(config.describe(BrokerLayers.of(broker)), name);
    }

    private static ConfigEntry find(Collection<ConfigEntry> entries, String name) {
        return entries.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
