package io.sluice.it.ecosystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line tools that come with Kafka 4.3.1. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KafkaToolsTest {
    private static final String TOPICS = "org.apache.kafka.tools.TopicCommand";
    private static final String CONFIGS = "kafka.admin.ConfigCommand";
    private static final String GROUPS = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";
    private static final String ACLS = "org.apache.kafka.tools.AclCommand";
    private static final String OFFSETS = "org.apache.kafka.tools.GetOffsetShell";
    private static final String DELETE_RECORDS = "org.apache.kafka.tools.DeleteRecordsCommand";
    private static final String API_VERSIONS = "org.apache.kafka.tools.BrokerApiVersionsCommand";
    private static final String LOG_FOLDERS = "org.apache.kafka.tools.LogDirsCommand";
    private static final String QUORUM = "org.apache.kafka.tools.MetadataQuorumCommand";
    private static final String PRODUCER_PERF = "org.apache.kafka.tools.ProducerPerformance";
    private static final String CONSUMER_PERF = "org.apache.kafka.tools.ConsumerPerformance";
    private static final String VERIFIABLE_PRODUCER = "org.apache.kafka.tools.VerifiableProducer";
    private static final String SHARE_GROUPS = "org.apache.kafka.tools.consumer.group.ShareGroupCommand";
    private static final String SHARE_CONSUMER = "org.apache.kafka.tools.consumer.ConsoleShareConsumer";
    private static final String CONSOLE_CONSUMER = "org.apache.kafka.tools.consumer.ConsoleConsumer";

    private final Path folder;
    private final BrokerProcess broker;

    KafkaToolsTest(@TempDir Path folder) {
        this.folder = folder;
        broker = BrokerProcess.start(
                BrokerCommand.ofBuild(), folder.resolve("data"), Map.of("group.initial.rebalance.delay.ms", "0"));
    }

    @AfterAll
    void endBroker() {
        broker.close();
    }

    @Test
    void topicsAreCreatedGrownDescribedAndDeleted() {
        run(TOPICS, "--create", "--topic", "by-tool", "--partitions", "2", "--config", "retention.ms=60000");
        assertThat(run(TOPICS, "--list")).contains("by-tool");
        run(TOPICS, "--alter", "--topic", "by-tool", "--partitions", "4");
        assertThat(run(TOPICS, "--describe", "--topic", "by-tool"))
                .contains("PartitionCount: 4", "ReplicationFactor: 1", "retention.ms=60000");
        run(TOPICS, "--delete", "--topic", "by-tool");
        assertThat(run(TOPICS, "--list")).doesNotContain("by-tool");
    }

    @Test
    void configsOfTopicsAndBrokersChange() {
        run(TOPICS, "--create", "--topic", "configured");
        run(
                CONFIGS,
                "--alter",
                "--topic",
                "configured",
                "--add-config",
                "retention.ms=1234567,max.message.bytes=2000000");
        assertThat(run(CONFIGS, "--describe", "--topic", "configured"))
                .contains("retention.ms=1234567", "max.message.bytes=2000000");
        run(CONFIGS, "--alter", "--topic", "configured", "--delete-config", "retention.ms");
        assertThat(run(CONFIGS, "--describe", "--topic", "configured")).doesNotContain("retention.ms=1234567");
        assertThat(run(CONFIGS, "--describe", "--broker", "1", "--all")).contains("num.partitions=1");
    }

    @Test
    void recordsAreProducedCountedDeletedAndConsumed() throws IOException {
        run(TOPICS, "--create", "--topic", "filled");
        assertThat(KafkaProgram.run(
                        VERIFIABLE_PRODUCER,
                        "--bootstrap-server",
                        broker.kafkaAddress(),
                        "--topic",
                        "filled",
                        "--max-messages",
                        "500"))
                .contains("\"acked\":500");
        assertThat(run(OFFSETS, "--topic", "filled")).contains("filled:0:500");
        Path cut = Files.writeString(
                folder.resolve("cut.json"),
                "{\"partitions\":[{\"topic\":\"filled\",\"partition\":0,\"offset\":490}],\"version\":1}");
        assertThat(run(DELETE_RECORDS, "--offset-json-file", cut.toString())).contains("low_watermark: 490");
        assertThat(run(OFFSETS, "--topic", "filled", "--time", "earliest")).contains("filled:0:490");
        assertThat(run(CONSOLE_CONSUMER, "--topic", "filled", "--from-beginning", "--max-messages", "10"))
                .contains("490", "499");
    }

    @Test
    void perfToolsProduceAndConsume() {
        String produced = KafkaProgram.run(
                PRODUCER_PERF,
                "--topic",
                "perf",
                "--num-records",
                "20000",
                "--record-size",
                "100",
                "--throughput",
                "-1",
                "--producer-props",
                "bootstrap.servers=" + broker.kafkaAddress(),
                "acks=all");
        assertThat(produced).contains("20000 records sent");
        assertThat(run(CONSUMER_PERF, "--topic", "perf", "--num-records", "20000", "--timeout", "30000"))
                .contains("20000");
    }

    @Test
    void groupsAreListedDescribedResetAndDeleted() {
        run(TOPICS, "--create", "--topic", "read");
        KafkaProgram.run(
                VERIFIABLE_PRODUCER,
                "--bootstrap-server",
                broker.kafkaAddress(),
                "--topic",
                "read",
                "--max-messages",
                "50");
        run(CONSOLE_CONSUMER, "--topic", "read", "--group", "readers", "--from-beginning", "--max-messages", "50");
        assertThat(run(GROUPS, "--list")).contains("readers");
        assertThat(run(GROUPS, "--describe", "--group", "readers")).contains("read", "50");
        assertThat(run(
                        GROUPS,
                        "--group",
                        "readers",
                        "--topic",
                        "read",
                        "--reset-offsets",
                        "--to-offset",
                        "7",
                        "--execute"))
                .contains("7");
        assertThat(run(GROUPS, "--describe", "--group", "readers", "--offsets")).contains("43");
        run(GROUPS, "--delete", "--group", "readers");
        assertThat(run(GROUPS, "--list")).doesNotContain("readers");
    }

    @Test
    void shareGroupsAreConsumedDescribedResetAndDeleted() {
        run(TOPICS, "--create", "--topic", "shared");
        run(CONFIGS, "--alter", "--group", "sharers", "--add-config", "share.auto.offset.reset=earliest");
        KafkaProgram.run(
                VERIFIABLE_PRODUCER,
                "--bootstrap-server",
                broker.kafkaAddress(),
                "--topic",
                "shared",
                "--max-messages",
                "50");
        assertThat(run(SHARE_CONSUMER, "--topic", "shared", "--group", "sharers", "--max-messages", "50"))
                .contains("49");
        assertThat(run(SHARE_GROUPS, "--describe", "--group", "sharers", "--offsets"))
                .contains("shared", "50");
        assertThat(run(
                        SHARE_GROUPS,
                        "--group",
                        "sharers",
                        "--topic",
                        "shared",
                        "--reset-offsets",
                        "--to-earliest",
                        "--execute"))
                .contains("shared");
        run(SHARE_GROUPS, "--delete", "--group", "sharers");
        assertThat(run(SHARE_GROUPS, "--list")).doesNotContain("sharers");
    }

    @Test
    void theBrokerTellsWhatItServes() {
        assertThat(run(API_VERSIONS)).contains("Produce(0): 0 to 13", "ConsumerGroupHeartbeat(68): 0 to 1");
        assertThat(run(LOG_FOLDERS, "--describe")).contains("\"logDirs\"");
        assertThat(run(QUORUM, "describe", "--status")).contains("LeaderId:", "CurrentVoters:");
    }

    @Test
    void rulesWithoutAnAuthorizerAreRefusedAsKafkaDoes() {
        assertThat(catchMessage(() -> run(ACLS, "--list"))).contains("No Authorizer is configured");
    }

    private static String catchMessage(Runnable call) {
        try {
            call.run();
            return "";
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private String run(String tool, String... arguments) {
        String[] all = new String[arguments.length + 2];
        boolean takesWordsFirst = tool.equals(QUORUM);
        int at = takesWordsFirst ? 0 : arguments.length;
        all[at] = "--bootstrap-server";
        all[at + 1] = broker.kafkaAddress();
        System.arraycopy(arguments, 0, all, takesWordsFirst ? 2 : 0, arguments.length);
        return KafkaProgram.run(tool, all);
    }
}
