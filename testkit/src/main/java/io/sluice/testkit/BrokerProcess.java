package io.sluice.testkit;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A Sluice broker as a process of its own, on free ports ({@link FreePort}); a restart takes the same ones again, so
 * that clients find it. Owner: one test thread; {@link #kafkaAddress()} may be read by any.
 */
public final class BrokerProcess implements BrokerUnderTest {
    private static final Duration READY_LIMIT = Duration.ofMinutes(3);
    private static final Duration CAUGHT_UP_LIMIT = Duration.ofMinutes(4);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final String ANY_PORT = "127.0.0.1:0";

    private final BrokerCommand command;
    private final Map<String, String> settings;
    private Path dataFolder;
    private Stopwatch sinceLaunch = Stopwatch.started();
    private OsProcess process;
    private volatile Map<String, String> addresses = Map.of();

    private BrokerProcess(BrokerCommand command, Path dataFolder, Map<String, String> settings) {
        this.command = command;
        this.dataFolder = dataFolder;
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.putIfAbsent("kafka.listen", ANY_PORT);
        all.putIfAbsent("http.listen", ANY_PORT);
        this.settings = new LinkedHashMap<>(FreePort.chosenIn(all));
        this.process = launch();
    }

    /**
     * Starts a broker and waits until it is ready.
     *
     * @throws IllegalStateException with its output if it does not become ready
     */
    public static BrokerProcess start(BrokerCommand command, Path dataFolder, Map<String, String> settings) {
        BrokerProcess broker = launch(command, dataFolder, settings);
        broker.awaitReady();
        return broker;
    }

    /** Starts a broker and returns at once. */
    public static BrokerProcess launch(BrokerCommand command, Path dataFolder, Map<String, String> settings) {
        return new BrokerProcess(command, dataFolder, settings);
    }

    private OsProcess launch() {
        List<String> words = new ArrayList<>(command.words());
        words.addAll(List.of("start", "--data", dataFolder.toString()));
        settings.forEach((name, value) -> words.addAll(List.of("--set", name + "=" + value)));
        sinceLaunch = Stopwatch.started();
        return OsProcess.start(words, command.folder(), Map.of());
    }

    /**
     * Waits for the {@code ready} line and learns the addresses from it.
     *
     * @throws IllegalStateException with the output if the broker ends or takes longer than three minutes
     */
    @Override
    public void awaitReady() {
        if (!becomesReady()) {
            process.close();
            throw new IllegalStateException("the broker did not become ready:\n" + process.output());
        }
    }

    /** As {@link #awaitReady}, but false if the broker ends instead, or takes longer. */
    public boolean becomesReady() {
        Optional<String> ready = process.awaitLine(line -> line.startsWith("ready "), READY_LIMIT);
        ready.ifPresent(this::learnAddresses);
        if (ready.isEmpty()) {
            process.awaitEndBehindOutput();
        }
        return ready.isPresent();
    }

    /**
     * Waits until a node of a cluster that is ready has also caught up with what it keeps, and has a say in it.
     *
     * @throws IllegalStateException with what it says of itself if that takes longer than four minutes, in which a busy machine copies a few gigabytes
     */
    public void awaitCaughtUp() {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address("http") + "/readyz"))
                .build();
        Stopwatch watch = Stopwatch.started();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            while (answer.statusCode() != HttpURLConnection.HTTP_OK) {
                if (watch.hasPassed(CAUGHT_UP_LIMIT)) {
                    throw new IllegalStateException("the broker says " + answer.body() + ":\n" + process.output());
                }
                Stopwatch.sleep(LOOK);
                answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            }
        } catch (IOException e) {
            throw new IllegalStateException("the broker does not answer:\n" + process.output(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void learnAddresses(String ready) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String word : ready.substring("ready ".length()).split(" ", -1)) {
            String[] parts = word.split("=", 2);
            found.put(parts[0], parts[1]);
        }
        addresses = Map.copyOf(found);
        found.forEach((name, address) -> settings.put(name + ".listen", address));
    }

    @Override
    public String kafkaAddress() {
        return address("kafka");
    }

    /** Address of the listener {@code name} ({@code kafka}, {@code http}) as HOST:PORT, from the ready line. */
    public String address(String name) {
        String address = addresses.get(name);
        if (address == null) {
            throw new IllegalStateException("the ready line names no " + name);
        }
        return address;
    }

    /** Another setting for later launches. */
    public void set(String name, String value) {
        settings.put(name, value);
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
    public void restartOn(Path folder) {
        relaunchOn(folder);
        awaitReady();
    }

    /** As {@link #restartOn}, but returns at once. */
    public void relaunchOn(Path folder) {
        dataFolder = folder;
        relaunch();
    }

    @Override
    public OsProcess process() {
        return process;
    }

    /** Asks the broker to stop and answers its exit code. */
    public int stop(Duration limit) {
        process.sigterm();
        return process.awaitExit(limit);
    }

    /** Lets a frozen broker go on. */
    public void sigcont() {
        process.sigcont();
    }

    /** Waits for the end and answers the exit code. */
    public int awaitExit(Duration limit) {
        return process.awaitExit(limit);
    }

    /** Hears of every further line that the running process prints; not after a restart. */
    public void watch(Consumer<String> watcher) {
        process.watch(watcher);
    }

    @Override
    public Stopwatch sinceLaunch() {
        return sinceLaunch;
    }
}
