package io.sluice.bench.peer;

import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.FreePort;
import io.sluice.testkit.OsProcess;
import io.sluice.testkit.Stopwatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/**
 * Apache Kafka in one process (KRaft, broker and controller), alone or as one of several, production defaults, with the JVM
 * flags of Kafka's own start script. Its jars lie in the folder of the system property {@code bench.kafka.lib}. Owner: one thread.
 */
public final class KafkaProcess implements BrokerUnderTest {
    private static final Duration FORMAT_LIMIT = Duration.ofSeconds(60);
    private static final String CLUSTER_ID = "c2x1aWNlLWJlbmNoLTAwMQ";
    private static final List<String> JVM_FLAGS = List.of(
            "-Xmx1g",
            "-Xms1g",
            "-server",
            "-XX:+UseG1GC",
            "-XX:MaxGCPauseMillis=20",
            "-XX:InitiatingHeapOccupancyPercent=35",
            "-XX:+ExplicitGCInvokesConcurrent",
            "-Djava.awt.headless=true");

    private final Map<String, String> extraSettings;
    private final int nodeId;
    private final List<Integer> controllerPorts;
    private final int port = FreePort.find();
    private Path dataFolder;
    private Stopwatch sinceLaunch;
    private OsProcess process;

    /** Formats {@code dataFolder} and starts the broker, without waiting for it. */
    public KafkaProcess(Path dataFolder, Map<String, String> extraSettings) {
        this(dataFolder, extraSettings, 1, freePorts(1));
    }

    /** The same as one of several, counted from 1, each with a controller; all are told the same ports of controllers. */
    KafkaProcess(Path dataFolder, Map<String, String> extraSettings, int nodeId, List<Integer> controllerPorts) {
        this.dataFolder = dataFolder;
        this.extraSettings = Map.copyOf(extraSettings);
        this.nodeId = nodeId;
        this.controllerPorts = List.copyOf(controllerPorts);
        Path config = writeConfig();
        try (OsProcess format = java("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", config.toString())) {
            int exitCode = format.awaitExit(FORMAT_LIMIT);
            if (exitCode != 0) {
                throw new IllegalStateException("formatting fails with " + exitCode + ":\n" + format.output());
            }
        }
        sinceLaunch = Stopwatch.started();
        process = java("kafka.Kafka", config.toString());
    }

    private Path writeConfig() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(nodeId));
        settings.put("controller.quorum.voters", voters());
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPorts.get(nodeId - 1)));
        settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("log.dirs", dataFolder.resolve("logs").toString());
        if (controllerPorts.size() == 1) {
            // One node cannot keep the three copies that the defaults of internal topics ask for.
            settings.put("offsets.topic.replication.factor", "1");
            settings.put("transaction.state.log.replication.factor", "1");
            settings.put("transaction.state.log.min.isr", "1");
        }
        settings.putAll(extraSettings);
        StringBuilder text = new StringBuilder();
        settings.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        try {
            Files.createDirectories(dataFolder);
            return Files.writeString(dataFolder.resolve("server.properties"), text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the configuration", e);
        }
    }

    private String voters() {
        StringJoiner voters = new StringJoiner(",");
        for (int id = 1; id <= controllerPorts.size(); id++) {
            voters.add(id + "@127.0.0.1:" + controllerPorts.get(id - 1));
        }
        return voters.toString();
    }

    /** So many ports that nobody uses. */
    static List<Integer> freePorts(int count) {
        return IntStream.range(0, count).mapToObj(each -> FreePort.find()).toList();
    }

    /** The folder of Apache Kafka's jars. */
    static String lib() {
        String lib = System.getProperty("bench.kafka.lib");
        if (lib == null) {
            throw new IllegalStateException("no bench.kafka.lib: start benches with bench/run");
        }
        return lib;
    }

    private OsProcess java(String... mainAndArguments) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(JVM_FLAGS);
        words.addAll(List.of("-cp", lib() + "/*"));
        words.addAll(List.of(mainAndArguments));
        return OsProcess.start(words, dataFolder, Map.of());
    }

    @Override
    public String kafkaAddress() {
        return "127.0.0.1:" + port;
    }

    @Override
    public OsProcess process() {
        return process;
    }

    @Override
    public void restart() {
        relaunch();
        awaitReady();
    }

    @Override
    public void relaunch() {
        sinceLaunch = Stopwatch.started();
        process = java("kafka.Kafka", dataFolder.resolve("server.properties").toString());
    }

    @Override
    public void awaitReady() {
        Readiness.await(this);
    }

    @Override
    public Stopwatch sinceLaunch() {
        return sinceLaunch;
    }

    @Override
    public void restartOn(Path folder) {
        dataFolder = folder;
        writeConfig();
        restart();
    }
}
