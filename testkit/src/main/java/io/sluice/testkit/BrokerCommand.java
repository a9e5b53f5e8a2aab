package io.sluice.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a Sluice program is started: the words before {@code start}.
 *
 * @param words program and its first arguments
 * @param folder where it runs
 */
public record BrokerCommand(List<String> words, Path folder) {
    private static final String MAIN_CLASS = "io.sluice.server.Main";

    /** As {@code bin/launch.sh} has them, without those about the JVM's own log. */
    private static final List<String> JVM_OPTIONS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseG1GC",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+PerfDisableSharedMem",
            "-Xms64m",
            "-Xmx512m");

    /**
     * The built jars ({@code server/target/dist/lib} above the current folder, or the folder in the system property
     * {@code sluice.dist}), or the class path in {@code sluice.classpath}, run by this JVM's own JDK.
     *
     * @throws IllegalStateException if nothing is built
     */
    public static BrokerCommand ofBuild(String... jvmOptions) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(JVM_OPTIONS);
        String classPath = System.getProperty("sluice.classpath");
        if (classPath == null) {
            StartCache cache = StartCache.of(dist(), List.copyOf(words), MAIN_CLASS);
            cache.file().ifPresent(file -> words.add("-XX:AOTCache=" + file));
            classPath = cache.classPath();
        }
        words.addAll(List.of(jvmOptions));
        words.addAll(List.of("-cp", classPath, MAIN_CLASS));
        return new BrokerCommand(words, repository());
    }

    /** {@code bin/sluice}, as a user runs it. */
    public static BrokerCommand ofLauncher() {
        return new BrokerCommand(
                List.of(repository().resolve("bin").resolve("sluice").toString()), repository());
    }

    /** The same in a session of its own: see {@link OsProcess#IN_OWN_SESSION}. */
    public BrokerCommand inOwnSession() {
        List<String> all = new ArrayList<>(OsProcess.IN_OWN_SESSION);
        all.addAll(words);
        return new BrokerCommand(all, folder);
    }

    /** Whether {@link #ofBuild} would find something to run. */
    public static boolean isBuilt() {
        return System.getProperty("sluice.classpath") != null || Files.isDirectory(dist());
    }

    private static Path dist() {
        return Optional.ofNullable(System.getProperty("sluice.dist"))
                .map(Path::of)
                .orElseGet(() -> repository().resolve("server/target/dist/lib"));
    }

    /** The root of the repository: the nearest folder from the current one upwards that has {@code testkit}. */
    public static Path repository() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.isDirectory(folder.resolve("testkit"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException(
                    "not inside the repository: " + Path.of("").toAbsolutePath());
        }
        return folder;
    }
}
