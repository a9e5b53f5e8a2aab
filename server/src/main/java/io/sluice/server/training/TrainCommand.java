package io.sluice.server.training;

import io.sluice.broker.config.BrokerConfigs;
import io.sluice.server.node.BrokerNode;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SettingsLoader;
import io.sluice.server.settings.SluiceSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * Starts a broker in a temporary directory on free ports, does a little of what clients do, stops; then two as a cluster. Run by
 * the launcher with {@code -XX:AOTCacheOutput}; whatever fails here only costs the cache.
 */
@Command(name = "train", hidden = true, description = "Prepare fast starts; run by bin/sluice.")
public final class TrainCommand implements Callable<Integer> {
    private static final String ANY_PORT = "=127.0.0.1:0";
    private static final long TAIL_BYTES = 8L << 20;

    /** Made by picocli. */
    public TrainCommand() {}

    @Override
    public Integer call() throws IOException {
        Path directory = Files.createTempDirectory("sluice-train");
        try {
            train(directory);
        } finally {
            deleteAll(directory);
        }
        return 0;
    }

    private static void train(Path directory) throws IOException {
        try (BrokerNode node = BrokerNode.start(settings(List.of(
                SluiceSettings.DATA_DIR.name() + "=" + directory.resolve("alone"),
                SluiceSettings.REDIS_LISTEN.name() + ANY_PORT)))) {
            KafkaExercise.run(node.kafkaAddress().orElseThrow());
            RedisExercise.run(node.redisAddress().orElseThrow());
            get("http://" + node.httpAddress().orElseThrow() + "/metrics");
        }
        ClusterExercise.run(directory, TrainCommand::settings);
    }

    private static Settings settings(List<String> more) {
        List<String> all = new ArrayList<>(List.of(
                // So little that what was produced first is read from the disk.
                SluiceSettings.TAIL_MEMORY_BYTES.name() + "=" + TAIL_BYTES,
                SluiceSettings.KAFKA_LISTEN.name() + ANY_PORT,
                // What is trained is the same; thousands of syncs would take seconds.
                BrokerConfigs.REDIS_DURABILITY.name() + "=os",
                SluiceSettings.HTTP_LISTEN.name() + ANY_PORT));
        all.addAll(more);
        return SettingsLoader.load(Optional.empty(), Map.of(), all);
    }

    private static void get(String address) throws IOException {
        try (InputStream body = URI.create(address).toURL().openStream()) {
            body.readAllBytes();
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
