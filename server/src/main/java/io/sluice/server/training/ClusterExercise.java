package io.sluice.server.training;

import io.sluice.server.node.BrokerNode;
import io.sluice.server.settings.Settings;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Two nodes become a cluster, keep records, stop, and start with what they have: a node of a cluster uses some two thousand classes
 * that a broker alone never sees, and three that start at the same time read them on the same processors.
 */
final class ClusterExercise {
    private static final int SMALL_COUNT = 500;
    private static final int LARGE_COUNT = 50;
    private static final int LOOKS_MAX = 600;
    private static final int NANOS_BETWEEN_LOOKS = 100_000_000;

    private final Function<List<String>, Settings> settings;
    private final Path directory;
    private final List<BrokerNode> running = new ArrayList<>();

    private ClusterExercise(Path directory, Function<List<String>, Settings> settings) {
        this.directory = directory;
        this.settings = settings;
    }

    /**
     * Plays it in directories below this one, with settings made of what it asks for; throws {@link IllegalStateException} if the
     * nodes do not serve.
     */
    static void run(Path directory, Function<List<String>, Settings> settings) throws IOException {
        ClusterExercise exercise = new ClusterExercise(directory, settings);
        List<String> addresses = exercise.play(List.of("127.0.0.1:0", "127.0.0.1:0"), SMALL_COUNT, LARGE_COUNT);
        exercise.play(addresses, 1, 1);
    }

    /** Answers the addresses at which the nodes listen to each other: they look for one another there when they start again. */
    private List<String> play(List<String> addresses, int smallCount, int largeCount) throws IOException {
        try {
            String founder = start(1, addresses.getFirst(), List.of());
            String joiner = start(2, addresses.getLast(), List.of("cluster.join=" + founder));
            for (BrokerNode node : running) {
                awaitReady("http://" + node.httpAddress().orElseThrow() + "/readyz");
            }
            KafkaExercise.produce(running.getFirst().kafkaAddress().orElseThrow(), smallCount, largeCount);
            return List.of(founder, joiner);
        } finally {
            running.forEach(BrokerNode::close);
            running.clear();
        }
    }

    /** Answers where the others reach it. */
    private String start(int id, String address, List<String> more) {
        List<String> wanted = new ArrayList<>(
                List.of("data.dir=" + directory.resolve("node-" + id), "node.id=" + id, "cluster.listen=" + address));
        wanted.addAll(more);
        BrokerNode node = BrokerNode.start(settings.apply(wanted));
        running.add(node);
        return node.clusterAddress().orElseThrow();
    }

    private static void awaitReady(String address) throws IOException {
        for (int i = 0; i < LOOKS_MAX; i++) {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(address).toURL().openConnection();
            if (connection.getResponseCode() == HttpURLConnection.HTTP_OK) {
                return;
            }
            LockSupport.parkNanos(NANOS_BETWEEN_LOOKS);
        }
        throw new IllegalStateException("a node of the cluster does not become ready");
    }
}
