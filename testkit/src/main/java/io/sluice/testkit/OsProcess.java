package io.sluice.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A program of the operating system: its output is kept (the last {@value #LINES_KEPT} lines), it can be signalled, and
 * it never outlives {@link #close()} or this JVM. Safe for any thread.
 */
public final class OsProcess implements AutoCloseable {
    /**
     * Words before a command that give it a session of its own, as service managers do, where there is such a program: Linux
     * shares processor time between sessions first (sched(7), autogroup), so that the threads of a server do not take it from
     * a client of the same terminal.
     */
    public static final List<String> IN_OWN_SESSION =
            Files.isExecutable(Path.of("/usr/bin/setsid")) ? List.of("setsid") : List.of();

    private static final int LINES_KEPT = 5_000;
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().unstarted(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private final Process process;
    private final Deque<String> lines = new ArrayDeque<>();
    private final List<Consumer<String>> watchers = new CopyOnWriteArrayList<>();
    private int openStreams = 2;

    private OsProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts {@code command} in {@code folder} with {@code environment} added to ours.
     *
     * @throws UncheckedIOException if the program cannot be started
     */
    public static OsProcess start(List<String> command, Path folder, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        try {
            OsProcess started = new OsProcess(builder.start());
            RUNNING.add(started.process);
            started.keep(started.process.getInputStream());
            started.keep(started.process.getErrorStream());
            started.process.onExit().thenAccept(RUNNING::remove);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.getFirst(), e);
        }
    }

    /**
     * Runs {@code command} to its end and answers its output.
     *
     * @throws IllegalStateException if it fails or takes longer than {@code limit}
     */
    public static String run(Duration limit, String... command) {
        try (OsProcess process = start(List.of(command), Path.of("/"), Map.of())) {
            int exitCode = process.awaitExit(limit);
            String output = process.output();
            if (exitCode != 0) {
                throw new IllegalStateException(String.join(" ", command) + " exits " + exitCode + ": " + output);
            }
            return output;
        }
    }

    /** Whether {@code command} is on the path. */
    public static boolean isInstalled(String command) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }

    private void keep(InputStream stream) {
        Thread.ofPlatform().daemon().name("output of " + process.pid()).start(() -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                String line = reader.readLine();
                while (line != null) {
                    add(line);
                    line = reader.readLine();
                }
            } catch (IOException e) {
                add("(output ends: " + e.getMessage() + ")");
            } finally {
                endOfStream();
            }
        });
    }

    /** Hears of every further line, kept or not, on the thread that reads it. */
    public void watch(Consumer<String> watcher) {
        watchers.add(watcher);
    }

    private void add(String line) {
        watchers.forEach(watcher -> watcher.accept(line));
        synchronized (lines) {
            if (lines.size() == LINES_KEPT) {
                lines.removeFirst();
            }
            lines.addLast(line);
            lines.notifyAll();
        }
    }

    private void endOfStream() {
        synchronized (lines) {
            openStreams--;
            lines.notifyAll();
        }
    }

    /** The first kept line that {@code wanted} accepts; empty if the program ends or {@code limit} passes first. */
    public Optional<String> awaitLine(Predicate<String> wanted, Duration limit) {
        Stopwatch watch = Stopwatch.started();
        synchronized (lines) {
            while (true) {
                Optional<String> found = lines.stream().filter(wanted).findFirst();
                long remainingMs = watch.remainingMs(limit);
                if (found.isPresent() || openStreams == 0 || remainingMs == 0) {
                    return found;
                }
                awaitChange(remainingMs);
            }
        }
    }

    private void awaitChange(long limitMs) {
        try {
            lines.wait(limitMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for output", e);
        }
    }

    /** The kept lines of standard output and standard error, in the order in which they arrived. */
    public String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether the program still runs (a stopped one does). */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the program at once, as {@code kill -9} does, and waits until it is gone. */
    public void kill9() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(30));
    }

    /** Asks the program to end. */
    public void sigterm() {
        process.destroy();
    }

    /** Freezes the program where it stands. */
    public void sigstop() {
        run(Duration.ofSeconds(10), "kill", "-STOP", Long.toString(pid()));
    }

    /** Lets a frozen program go on. */
    public void sigcont() {
        run(Duration.ofSeconds(10), "kill", "-CONT", Long.toString(pid()));
    }

    /**
     * Waits for the end and answers the exit code; 128 + the signal's number if a signal ended it.
     *
     * @throws IllegalStateException if it still runs after {@code limit}
     */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("process " + pid() + " still runs after " + limit + ":\n" + output());
            }
            awaitEndOfOutput();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for an exit", e);
        }
    }

    /** Where its output has ended, waits for the program's end, which comes a moment later; ten seconds at most. */
    void awaitEndBehindOutput() {
        synchronized (lines) {
            if (openStreams > 0) {
                return;
            }
        }
        try {
            var unused = process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for an exit", e);
        }
    }

    // A grandchild may hold the streams open for ever: then what is there is enough.
    private void awaitEndOfOutput() {
        awaitLine(line -> false, Duration.ofMillis(500));
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill9();
        }
    }
}
