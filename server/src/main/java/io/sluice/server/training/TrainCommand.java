package io.sluice.server.training;

import io.sluice.server.node.BrokerNode;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SettingsLoader;
import io.sluice.server.settings.SluiceSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * Starts a broker in a temporary directory on free ports, produces and consumes a little, stops. Run by the launcher with
 * {@code -XX:AOTCacheOutput}; whatever fails here only costs the cache.
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
        Settings settings = SettingsLoader.load(
                Optional.empty(),
                Map.of(),
                List.of(
                        SluiceSettings.DATA_DIR.name() + "=" + directory,
                        // So little that what was produced first is read from the disk.
                        SluiceSettings.TAIL_MEMORY_BYTES.name() + "=" + TAIL_BYTES,
                        SluiceSettings.KAFKA_LISTEN.name() + ANY_PORT,
                        SluiceSettings.HTTP_LISTEN.name() + ANY_PORT));
        try (BrokerNode node = BrokerNode.start(settings)) {
            KafkaExercise.run(node.kafkaAddress().orElseThrow());
            get("http://" + node.httpAddress().orElseThrow() + "/metrics");
        }
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
