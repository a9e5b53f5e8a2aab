package io.sluice.testkit.crash;

import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.Stopwatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.XPendingParams;
import redis.clients.jedis.resps.StreamEntry;
import redis.clients.jedis.resps.StreamPendingEntry;

/**
 * Jedis adds to a stream, reads it as a group and acknowledges while the broker is killed or its disk loses power: what was
 * acknowledged of adding is there once, under its id; what was acknowledged as done is handed to nobody again; every entry is
 * handed to somebody. Owner: the thread that calls {@link #kill} or {@link #cutPower}.
 */
public final class StreamCrashScenario {
    private static final int PROGRESS_BEFORE = 300;
    private static final int MOMENT_LIMIT_MS = 500;
    private static final int READ_AT_ONCE = 1_000;
    private static final Duration PROGRESS_LIMIT = Duration.ofSeconds(60);

    private final int rounds;
    private final SplittableRandom random;
    private final Consumer<String> progress;

    private StreamCrashScenario(int rounds, long seed, Consumer<String> progress) {
        this.rounds = rounds;
        this.random = new SplittableRandom(seed);
        this.progress = progress;
    }

    /**
     * How it ended.
     *
     * @param rounds how many were played
     * @param added entries whose addition was acknowledged
     * @param acknowledged entries of which the group's acknowledgement was answered
     * @param violations what was promised and not kept, the first of it
     */
    public record Outcome(int rounds, int added, int acknowledged, List<String> violations) {
        /** Copies what it is given. */
        public Outcome {
            violations = List.copyOf(violations);
        }

        /** Whether the broker kept every promise. */
        public boolean isClean() {
            return violations.isEmpty();
        }

        @Override
        public String toString() {
            String wrong = violations.isEmpty() ? "" : "\n  " + String.join("\n  ", violations);
            return "%d rounds: %,d entries added, %,d acknowledged%s".formatted(rounds, added, acknowledged, wrong);
        }
    }

    /**
     * Kills a running broker that has a Redis listener, again and again; it still runs at the end.
     *
     * @param seed decides the moments
     * @param progress gets a line a round
     */
    public static Outcome kill(BrokerProcess broker, int rounds, long seed, Consumer<String> progress) {
        return new StreamCrashScenario(rounds, seed, progress).play(broker, () -> {}, round -> {
            broker.kill9();
            Stopwatch watch = Stopwatch.started();
            broker.restart();
            return watch.elapsedMs();
        });
    }

    /**
     * The same with power cuts of the broker's disk.
     *
     * @param folder for the images, about 2 GiB
     * @param start starts a broker with a Redis listener on a data folder
     */
    public static Outcome cutPower(
            Path folder, int rounds, long seed, Function<Path, BrokerProcess> start, Consumer<String> progress) {
        try (CutDisk disk = new CutDisk(folder);
                LoopImage.WriteBackPause pause = new LoopImage.WriteBackPause()) {
            progress.accept(pause.isPaused() ? "periodic write-back paused" : "periodic write-back cannot be paused");
            try (BrokerProcess broker = start.apply(disk.mount())) {
                return new StreamCrashScenario(rounds, seed, progress)
                        .play(broker, disk::writeBack, round -> disk.cut(round, broker));
            }
        }
    }

    private Outcome play(BrokerProcess broker, Runnable rest, CrashRounds.Misfortune misfortune) {
        String address = broker.address("redis");
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        try (StreamClients clients = new StreamClients(port)) {
            // The stream shall not be lost, only what happens to it.
            rest.run();
            clients.start();
            int round = 0;
            while (round < rounds && clients.awaitProgress(PROGRESS_BEFORE, PROGRESS_LIMIT)) {
                round++;
                Stopwatch.sleep(Duration.ofMillis(random.nextInt(MOMENT_LIMIT_MS)));
                double readyMs = misfortune.strike(round);
                progress.accept("round %d of %d: ready again in %.0f ms, %,d entries added and %,d acknowledged so far"
                        .formatted(
                                round,
                                rounds,
                                readyMs,
                                clients.added().size(),
                                clients.acknowledged().size()));
            }
            boolean goesOn = round == rounds && clients.awaitProgress(1, PROGRESS_LIMIT);
            clients.finish();
            if (!goesOn) {
                clients.violated(
                        "nothing was added and acknowledged for %s after round %d".formatted(PROGRESS_LIMIT, round));
            }
            check(clients);
            return new Outcome(
                    round, clients.added().size(), clients.acknowledged().size(), clients.violations());
        }
    }

    private static void check(StreamClients clients) {
        try (Jedis redis = clients.connect()) {
            Set<StreamEntryID> there = checkEntries(clients, redis);
            checkGroup(clients, redis, there);
        } catch (JedisException refused) {
            clients.violated("the stream cannot be read: " + refused.getMessage());
        }
    }

    private static Set<StreamEntryID> checkEntries(StreamClients clients, Jedis redis) {
        Map<String, StreamEntryID> found = new HashMap<>();
        String from = "-";
        List<StreamEntry> read = redis.xrange(StreamClients.KEY, from, "+", READ_AT_ONCE);
        while (!read.isEmpty()) {
            for (StreamEntry entry : read) {
                String value = StreamClients.valueOf(entry);
                if (found.put(value, entry.getID()) != null) {
                    clients.violated("value " + value + " is there twice");
                } else if (!clients.wasSent(value)) {
                    clients.violated("nobody sent the value " + value + " of entry " + entry.getID());
                }
            }
            from = "(" + read.getLast().getID();
            read = redis.xrange(StreamClients.KEY, from, "+", READ_AT_ONCE);
        }
        clients.added().forEach((value, id) -> {
            if (!id.equals(found.get(value))) {
                clients.violated("value %s was added as %s, and is there as %s".formatted(value, id, found.get(value)));
            }
        });
        long length = redis.xlen(StreamClients.KEY);
        if (length != found.size()) {
            clients.violated("the length is %d, and %d entries are there".formatted(length, found.size()));
        }
        return new HashSet<>(found.values());
    }

    private static void checkGroup(StreamClients clients, Jedis redis, Set<StreamEntryID> there) {
        Set<StreamEntryID> missed = new HashSet<>(there);
        for (StreamEntryID id : pending(redis)) {
            if (clients.acknowledged().contains(id)) {
                clients.violated("entry " + id + " is pending though it had been acknowledged");
            }
            missed.remove(id);
        }
        while (!clients.read(redis, "rest", 1).isEmpty()) {
            // What nobody had yet.
        }
        missed.removeAll(clients.handedOut());
        missed.stream().sorted().forEach(id -> clients.violated("entry " + id + " was handed to nobody"));
    }

    private static List<StreamEntryID> pending(Jedis redis) {
        List<StreamEntryID> all = new ArrayList<>();
        String from = "-";
        List<StreamPendingEntry> read = pending(redis, from);
        while (!read.isEmpty()) {
            read.forEach(entry -> all.add(entry.getID()));
            read = pending(redis, "(" + all.getLast());
        }
        return all;
    }

    private static List<StreamPendingEntry> pending(Jedis redis, String from) {
        return redis.xpending(
                StreamClients.KEY, StreamClients.GROUP, XPendingParams.xPendingParams(from, "+", READ_AT_ONCE));
    }
}
