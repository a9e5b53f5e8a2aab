package io.sluice.it.client;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;

/** A member of a group with kafka-clients of some version, in a thread of its own, until it is closed. */
final class VersionedMember implements AutoCloseable {
    private static final long PATIENCE_MS = 30_000;

    private final AtomicBoolean stop = new AtomicBoolean();
    private final Properties shown = new Properties();
    private final Thread thread;
    private volatile Optional<Throwable> failure = Optional.empty();

    /**
     * Joins at once.
     *
     * @param version of the client
     * @param settings of the consumer, by their names in Kafka
     * @param input {@code address}, and {@code topics} or {@code pattern}; {@code scenario} if it is another
     * @param reads gets a property for each record that is read
     */
    VersionedMember(ClientVersion version, Map<String, Object> settings, Map<String, Object> input, Properties reads) {
        Map<String, Object> all = new HashMap<>(input);
        all.putIfAbsent("scenario", "member");
        all.put("settings", settings);
        all.put("stop", stop);
        all.put("shown", shown);
        all.put("reads", reads);
        thread = Thread.ofPlatform().daemon().start(() -> run(version, all));
    }

    private void run(ClientVersion version, Map<String, Object> input) {
        try {
            version.run(input);
        } catch (RuntimeException e) {
            failure = Optional.of(e);
        }
    }

    /** Partitions it has, as TOPIC-NUMBER. */
    Set<String> assignment() {
        String assignment = shown.getProperty("assignment", "");
        return assignment.isEmpty() ? Set.of() : new TreeSet<>(Arrays.asList(assignment.split(",")));
    }

    /** How often that was another. */
    int changes() {
        return Integer.parseInt(shown.getProperty("changes", "0"));
    }

    Optional<Throwable> failure() {
        return failure;
    }

    /** Ends as a client does that is closed. */
    @Override
    public void close() {
        stop.set(true);
        try {
            thread.join(PATIENCE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        shown.setProperty("assignment", "");
    }
}
