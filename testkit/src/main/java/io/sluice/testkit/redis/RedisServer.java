package io.sluice.testkit.redis;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The installed redis-server as a process of its own, without snapshots unless asked for. It cannot choose a free port by
 * itself, so one is looked for and another one taken if somebody was faster. Owner: one thread.
 */
public final class RedisServer implements BrokerUnderTest {
    private static final Duration READY_LIMIT = Duration.ofSeconds(20);
    private static final int ATTEMPTS = 5;

    private final List<String> options;
    private final int port;
    private Path folder;
    private OsProcess process;
    private Stopwatch sinceLaunch = Stopwatch.started();

    private RedisServer(Path folder, List<String> options, int port) {
        this.folder = folder;
        this.options = options;
        this.port = port;
        process = launch();
    }

    /** Whether there is one on this machine. */
    public static boolean isInstalled() {
        return OsProcess.isInstalled("redis-server");
    }

    /**
     * Starts it on the folder, which is made, and waits until it takes connections.
     *
     * @param options as on its command line, {@code --appendonly yes}
     * @throws IllegalStateException with its output if it does not start
     */
    public static RedisServer start(Path folder, String... options) {
        RedisServer started = new RedisServer(made(folder), List.of(options), FreePort.find());
        for (int attempt = 1; !started.isReady(); attempt++) {
            started.close();
            if (attempt == ATTEMPTS) {
                throw new IllegalStateException("redis-server does not start:\n" + started.output());
            }
            started = new RedisServer(folder, List.of(options), FreePort.find());
        }
        return started;
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private OsProcess launch() {
        List<String> words = new ArrayList<>(OsProcess.IN_OWN_SESSION);
        words.addAll(List.of("redis-server", "--port", Integer.toString(port)));
        words.addAll(List.of("--bind", "127.0.0.1", "--dir", folder.toString(), "--save", ""));
        words.addAll(options);
        sinceLaunch = Stopwatch.started();
        return OsProcess.start(words, folder, Map.of());
    }

    private boolean isReady() {
        Optional<String> line = process.awaitLine(
                each -> each.contains("Ready to accept connections") || each.contains("Address already in use"),
                READY_LIMIT);
        return line.isPresent() && line.get().contains("Ready");
    }

    /** Where it listens, HOST:PORT. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** There is none: throws. */
    @Override
    public String kafkaAddress() {
        throw new IllegalStateException("redis-server speaks no Kafka");
    }

    @Override
    public void restart() {
        relaunch();
        awaitReady();
    }

    @Override
    public void relaunch() {
        if (process.isAlive()) {
            throw new IllegalStateException("process " + pid() + " still runs");
        }
        process = launch();
    }

    @Override
    public void awaitReady() {
        if (!isReady()) {
            throw new IllegalStateException("redis-server does not start again:\n" + output());
        }
    }

    @Override
    public void restartOn(Path otherFolder) {
        folder = otherFolder;
        restart();
    }

    @Override
    public OsProcess process() {
        return process;
    }

    @Override
    public Stopwatch sinceLaunch() {
        return sinceLaunch;
    }
}
