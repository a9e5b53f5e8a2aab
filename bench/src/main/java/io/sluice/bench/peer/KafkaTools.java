package io.sluice.bench.peer;

import io.sluice.testkit.OsProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Programs that come with Apache Kafka, run as they are against any broker. */
public final class KafkaTools {
    private KafkaTools() {}

    /**
     * Runs a tool's main class to its end and answers its output.
     *
     * @throws IllegalStateException if it fails or takes longer than {@code limit}
     */
    public static String run(Duration limit, String mainClass, String... arguments) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("-Xms512m", "-Xmx512m", "-cp", KafkaProcess.lib() + "/*", mainClass));
        words.addAll(List.of(arguments));
        return OsProcess.run(limit, words.toArray(String[]::new));
    }
}
