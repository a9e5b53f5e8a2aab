package io.sluice.testkit.crash;

import io.sluice.testkit.Stopwatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntry;

/**
 * Jedis on some connections: writers that add to one stream in pipelines, and consumers of a group that acknowledge all but
 * one entry of what they get. Each goes on with another connection when one breaks, and remembers what it was told. Owner: the
 * test's thread; filled by the clients' own threads.
 */
final class StreamClients implements AutoCloseable {
    static final String KEY = "crash:s";
    static final String GROUP = "g";

    private static final String FIELD = "value";
    private static final int WRITERS = 2;
    private static final int CONSUMERS = 2;
    private static final int PIPELINED = 16;
    private static final int READ_AT_ONCE = 30;
    private static final int BLOCK_MS = 500;
    private static final int VIOLATIONS_MAX = 20;
    private static final Duration PAUSE = Duration.ofMillis(2);
    private static final Duration PAUSE_AFTER_LOSS = Duration.ofMillis(20);
    private static final Duration END_LIMIT = Duration.ofSeconds(60);

    private final int port;
    private final Map<String, StreamEntryID> added = new ConcurrentHashMap<>();
    private final Set<String> sent = ConcurrentHashMap.newKeySet();
    private final Set<StreamEntryID> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<StreamEntryID> handedOut = ConcurrentHashMap.newKeySet();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    /** Makes the stream with its group; nothing runs yet. */
    StreamClients(int port) {
        this.port = port;
        try (Jedis redis = connect()) {
            redis.xgroupCreate(KEY, GROUP, new StreamEntryID(0, 0), true);
        }
    }

    void start() {
        for (int i = 0; i < WRITERS; i++) {
            Writer writer = new Writer(i);
            threads.add(Thread.ofPlatform().daemon().name("stream-writer-" + i).start(() -> untilStopped(writer::add)));
        }
        for (int i = 0; i < CONSUMERS; i++) {
            String name = "c" + i;
            threads.add(Thread.ofPlatform()
                    .daemon()
                    .name("stream-consumer-" + i)
                    .start(() -> untilStopped(redis -> consume(redis, name))));
        }
    }

    Jedis connect() {
        return new Jedis("127.0.0.1", port);
    }

    private interface Step {
        void run(Jedis redis);
    }

    private void untilStopped(Step step) {
        while (!stopping) {
            try (Jedis redis = connect()) {
                while (!stopping) {
                    step.run(redis);
                }
            } catch (JedisException lost) {
                // Whether the last ones count is not known.
                Stopwatch.sleep(PAUSE_AFTER_LOSS);
            }
        }
    }

    private final class Writer {
        private final int number;
        private int next;

        Writer(int number) {
            this.number = number;
        }

        void add(Jedis redis) {
            Map<String, Response<StreamEntryID>> answers = new LinkedHashMap<>();
            Pipeline pipeline = redis.pipelined();
            for (int i = 0; i < PIPELINED; i++) {
                String value = number + ":" + next++;
                sent.add(value);
                answers.put(value, pipeline.xadd(KEY, XAddParams.xAddParams(), Map.of(FIELD, value)));
            }
            pipeline.sync();
            answers.forEach((value, answer) -> added.put(value, answer.get()));
            Stopwatch.sleep(PAUSE);
        }
    }

    private void consume(Jedis redis, String consumer) {
        List<StreamEntryID> ids = read(redis, consumer, BLOCK_MS);
        if (ids.size() < 2) {
            return;
        }
        // Some stay pending.
        List<StreamEntryID> done = ids.subList(1, ids.size());
        long count = redis.xack(KEY, GROUP, done.toArray(StreamEntryID[]::new));
        if (count == done.size()) {
            acknowledged.addAll(done);
        } else {
            violated("of %d entries that %s had been given only %d could be acknowledged"
                    .formatted(done.size(), consumer, count));
        }
    }

    /** What the group has for the consumer; answers the ids. */
    List<StreamEntryID> read(Jedis redis, String consumer, int blockMs) {
        XReadGroupParams params =
                XReadGroupParams.xReadGroupParams().count(READ_AT_ONCE).block(blockMs);
        List<Map.Entry<String, List<StreamEntry>>> streams =
                redis.xreadGroup(GROUP, consumer, params, Map.of(KEY, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY));
        if (streams == null || streams.isEmpty()) {
            return List.of();
        }
        List<StreamEntryID> ids =
                streams.getFirst().getValue().stream().map(StreamEntry::getID).toList();
        for (StreamEntryID id : ids) {
            if (acknowledged.contains(id)) {
                violated("entry " + id + " was handed out though it had been acknowledged");
            }
        }
        handedOut.addAll(ids);
        return ids;
    }

    /** Waits until so many more are added and as many acknowledged; false if {@code limit} passes first. */
    boolean awaitProgress(int count, Duration limit) {
        int wantedAdded = added.size() + count;
        int wantedAcknowledged = acknowledged.size() + count;
        Stopwatch watch = Stopwatch.started();
        while (added.size() < wantedAdded || acknowledged.size() < wantedAcknowledged) {
            if (watch.hasPassed(limit)) {
                return false;
            }
            Stopwatch.sleep(PAUSE);
        }
        return true;
    }

    /** Lets all of them end. */
    void finish() {
        stopping = true;
        Stopwatch watch = Stopwatch.started();
        for (Thread thread : threads) {
            try {
                thread.join(Math.max(1, watch.remainingMs(END_LIMIT)));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for clients", interrupted);
            }
            if (thread.isAlive()) {
                violated(thread.getName() + " does not end");
            }
        }
    }

    void violated(String what) {
        if (violations.size() < VIOLATIONS_MAX) {
            violations.add(what);
        }
    }

    /** What was sent of a value, acknowledged or not. */
    boolean wasSent(String value) {
        return sent.contains(value);
    }

    /** Ids by values, as writers were told. */
    Map<String, StreamEntryID> added() {
        return added;
    }

    Set<StreamEntryID> acknowledged() {
        return acknowledged;
    }

    Set<StreamEntryID> handedOut() {
        return handedOut;
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    /** The value of an entry. */
    static String valueOf(StreamEntry entry) {
        return entry.getFields().getOrDefault(FIELD, "");
    }

    @Override
    public void close() {
        stopping = true;
        threads.forEach(Thread::interrupt);
    }
}
