package io.sluice.server.demo;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One broker of a cluster as a process of its own, run by the JVM and the jars of this one. It keeps its addresses over
 * restarts, so that clients and the other nodes find it again. Launched by one thread; any thread reads.
 */
final class NodeProcess {
    private static final String MAIN_CLASS = "io.sluice.server.Main";
    private static final String READY = "ready ";
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final List<String> HEAP = List.of("-Xms32m", "-Xmx256m");
    private static final List<String> INHERITED = List.of("-XX:", "-Xlog", "--enable-native-access");

    private final int id;
    private final Path directory;
    private final Map<String, String> settings;
    private volatile Map<String, String> addresses = Map.of();
    private volatile CompletableFuture<Map<String, String>> ready = new CompletableFuture<>();
    private volatile @Nullable Process process;

    /** With settings beside those that every node has. */
    NodeProcess(int id, Path directory, Map<String, String> settings) {
        this.id = id;
        this.directory = directory;
        this.settings = new LinkedHashMap<>(settings);
    }

    int id() {
        return id;
    }

    Path directory() {
        return directory;
    }

    /** Starts it and returns at once. */
    void launch() {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> INHERITED.stream().anyMatch(argument::startsWith))
                .forEach(words::add);
        words.addAll(HEAP);
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN_CLASS, "start"));
        settings.forEach((name, value) -> words.addAll(List.of("--set", name + "=" + value)));
        CompletableFuture<Map<String, String>> announced = new CompletableFuture<>();
        ready = announced;
        try {
            Process started = new ProcessBuilder(words)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log()))
                    .start();
            process = started;
            Thread.ofVirtual().start(() -> listen(started, announced));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start another broker", e);
        }
    }

    private File log() {
        return directory.resolveSibling("node-" + id + ".log").toFile();
    }

    private static void listen(Process started, CompletableFuture<Map<String, String>> announced) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines()
                    .filter(line -> line.startsWith(READY))
                    .forEach(line -> announced.complete(words(line.substring(READY.length()))));
        } catch (IOException | UncheckedIOException ended) {
            announced.completeExceptionally(ended);
        }
        announced.completeExceptionally(new IllegalStateException("it ended"));
    }

    private static Map<String, String> words(String line) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String word : line.split(" ", -1)) {
            String[] parts = word.split("=", 2);
            found.put(parts[0], parts.length == 2 ? parts[1] : "");
        }
        return Map.copyOf(found);
    }

    /** Waits until it serves; throws {@link IllegalStateException} with the place of its log if it does not. */
    void awaitReady() {
        try {
            Map<String, String> found = ready.get(READY_LIMIT.toSeconds(), TimeUnit.SECONDS);
            addresses = found;
            found.forEach((name, address) -> settings.put(name + ".listen", address));
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("node " + id + " did not become ready; " + log() + " says why", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** From the ready line; empty before. */
    Optional<String> address(String name) {
        return Optional.ofNullable(addresses.get(name));
    }

    boolean isAlive() {
        Process running = process;
        return running != null && running.isAlive();
    }

    long pid() {
        Process running = process;
        return running == null ? 0 : running.pid();
    }

    /** Asks it to stop; at once, if nothing of it is needed any more. */
    void stop(boolean atOnce) {
        Process running = process;
        if (running != null && atOnce) {
            running.destroyForcibly();
        } else if (running != null) {
            running.destroy();
        }
    }

    /** Waits for its end, and brings it about if that takes too long. */
    void awaitEnd(Duration limit) {
        Process running = process;
        if (running == null) {
            return;
        }
        try {
            if (!running.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                running.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
