package io.sluice.it.ecosystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.OsProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The share consumer that librdkafka has from 2.15 on, by a program in C; skipped where the library is older. CONTRIBUTING.md
 * says where to get one.
 */
@Timeout(240)
final class LibrdkafkaShareTest {
    private static final Path PROGRAM =
            Path.of("src", "test", "resources", "ecosystem", "share.c").toAbsolutePath();
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String NAME = "by-librdkafka";

    @Test
    void recordsAreAcceptedReleasedAndRejected(@TempDir Path folder) throws Exception {
        assumeTrue(hasLibrary(folder), "librdkafka 2.15 or later is not installed");
        String program = folder.resolve("share").toString();
        run(
                folder,
                "sh",
                "-c",
                "cc -o \"$0\" \"$1\" $(pkg-config --cflags --libs rdkafka)",
                program,
                PROGRAM.toString());
        try (BrokerProcess broker = BrokerProcess.start(BrokerCommand.ofBuild(), folder.resolve("data"), Map.of())) {
            prepare(broker.kafkaAddress());
            produce(broker.kafkaAddress(), List.of("accept", "reject", "release", "accept"));
            assertThat(run(folder, program, broker.kafkaAddress(), NAME, NAME, "4")
                            .lines()
                            // What the library says of itself.
                            .filter(line -> !line.startsWith("%")))
                    .contains("0 1 accept", "1 1 reject", "2 1 release", "2 2 release", "3 1 accept", "all well")
                    .hasSize(6);
        }
    }

    private static boolean hasLibrary(Path folder) {
        if (!OsProcess.isInstalled("pkg-config") || !OsProcess.isInstalled("cc")) {
            return false;
        }
        try (OsProcess asked =
                OsProcess.start(List.of("pkg-config", "--atleast-version=2.15", "rdkafka"), folder, Map.of())) {
            return asked.awaitExit(LIMIT) == 0;
        }
    }

    private static String run(Path folder, String... words) {
        try (OsProcess process = OsProcess.start(List.of(words), folder, Map.of())) {
            int exitCode = process.awaitExit(LIMIT);
            assertThat(exitCode).as(process.output()).isZero();
            return process.output();
        }
    }

    private static void prepare(String address) throws ExecutionException, InterruptedException {
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, NAME);
        AlterConfigOp earliest =
                new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            admin.createTopics(List.of(new NewTopic(NAME, 1, (short) 1))).all().get();
            admin.incrementalAlterConfigs(Map.of(group, List.of(earliest)))
                    .all()
                    .get();
        }
    }

    private static void produce(String address, List<String> values) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", address), new ByteArraySerializer(), new ByteArraySerializer())) {
            values.forEach(value -> producer.send(new ProducerRecord<>(NAME, value.getBytes(StandardCharsets.UTF_8))));
        }
    }
}
