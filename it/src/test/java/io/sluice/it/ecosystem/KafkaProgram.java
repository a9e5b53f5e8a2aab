package io.sluice.it.ecosystem;

import io.sluice.testkit.OsProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Programs of Apache Kafka, each in a JVM of its own, as its scripts start them. */
final class KafkaProgram {
    private static final Path JARS = Path.of("kafka", "target", "lib").toAbsolutePath();
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private KafkaProgram() {}

    /** Runs a program to its end and answers what it prints; throws {@link IllegalStateException} if it fails. */
    static String run(String mainClass, String... arguments) {
        try (OsProcess process = start(mainClass, arguments)) {
            int exitCode = process.awaitExit(LIMIT);
            if (exitCode != 0) {
                throw new IllegalStateException(mainClass + " " + String.join(" ", arguments) + " ends with " + exitCode
                        + ":\n" + process.output());
            }
            return process.output();
        }
    }

    /** Starts a program, or a class of these tests that is compiled against Kafka's. */
    static OsProcess start(String mainClass, String... arguments) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
        String ours = KafkaProgram.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        words.addAll(List.of("-cp", JARS + "/*:" + ours, mainClass));
        words.addAll(List.of(arguments));
        return OsProcess.start(words, Path.of("").toAbsolutePath(), Map.of());
    }
}
