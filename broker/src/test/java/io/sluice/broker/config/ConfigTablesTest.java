package io.sluice.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.ConfigEntry.Source;
import io.sluice.broker.api.ConfigEntry.Synonym;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.replication.Durability;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigTablesTest {
    /** The table of Kafka 4.3's documentation, topic-configs, names and defaults. */
    private static final Map<String, String> KAFKA_TOPIC_DEFAULTS = Map.ofEntries(
            Map.entry("cleanup.policy", "delete"),
            Map.entry("compression.gzip.level", "-1"),
            Map.entry("compression.lz4.level", "9"),
            Map.entry("compression.type", "producer"),
            Map.entry("compression.zstd.level", "3"),
            Map.entry("delete.retention.ms", "86400000"),
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
            Map.entry("group.min.session.timeout.ms", "6000"),
            Map.entry("group.max.session.timeout.ms", "1800000"),
            Map.entry("group.initial.rebalance.delay.ms", "3000"),
            Map.entry("group.max.size", "2147483647"),
            Map.entry("offset.metadata.max.bytes", "4096"),
            Map.entry("offsets.retention.minutes", "10080"),
            Map.entry("offsets.retention.check.interval.ms", "600000"));

    @Test
    void topicsHaveKafkasConfigsWithKafkasDefaultsAndTwoMore() {
        Map<String, String> expected = new TreeMap<>(KAFKA_TOPIC_DEFAULTS);
        expected.put("sluice.durability", "fsync");
        expected.put("sluice.retention.records", "-1");

        assertThat(TopicConfigs.TABLE.keys().stream()
                        .collect(Collectors.toMap(ConfigKey::name, ConfigKey::standardText)))
                .isEqualTo(expected);
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
        assertThat(entry(config, "retention.ms")).satisfies(entry -> {
            assertThat(entry.value()).isEqualTo("1000");
            assertThat(entry.source()).isEqualTo(Source.TOPIC);
            assertThat(entry.synonyms())
                    .containsExactly(
                            new Synonym("retention.ms", "1000", Source.TOPIC),
                            new Synonym("log.retention.ms", "2000", Source.STATIC_BROKER),
                            new Synonym("log.retention.ms", "604800000", Source.DEFAULT));
        });
        assertThat(entry(config, "segment.ms").source()).isEqualTo(Source.STATIC_BROKER);
        assertThat(entry(config, "max.message.bytes").source()).isEqualTo(Source.DEFAULT);
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
        assertThat(config.describe()).extracting(ConfigEntry::name).doesNotContain("internal.segment.bytes");
    }

    private static ConfigEntry entry(TopicConfig config, String name) {
        return config.describe().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
