package io.sluice.it.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.Stopwatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.resps.StreamEntry;

/**
 * Jedis adds to two streams on three connections while the broker is killed again and again: what was acknowledged is there in
 * the end, once, under its id, and nothing is there that nobody sent.
 */
@Timeout(200)
final class RedisCrashTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int WRITERS = 3;
    private static final int PIPELINED = 16;
    private static final int KILLS = 2;
    private static final int ADDED_BEFORE_KILL = 1_500;
    private static final List<String> KEYS = List.of("own", "shared");

    private final AtomicInteger acknowledged = new AtomicInteger();
    private volatile boolean isDone;

    /** What one connection sent, and what it was told of it. */
    private static final class Writer {
        private final int number;
        private final Map<String, StreamEntryID> told = new LinkedHashMap<>();
        private int sent;

        Writer(int number) {
            this.number = number;
        }

        /** Each connection has a stream of its own, and all share one. */
        private String key(int entry) {
            return entry % 2 == 0 ? KEYS.getFirst() + number : KEYS.getLast();
        }

        private int addSome(Jedis redis) {
            Map<String, Response<StreamEntryID>> answers = new LinkedHashMap<>();
            Pipeline pipeline = redis.pipelined();
            for (int i = 0; i < PIPELINED; i++) {
                String value = number + ":" + sent;
                answers.put(value, pipeline.xadd(key(sent), XAddParams.xAddParams(), Map.of("value", value)));
                sent++;
            }
            pipeline.sync();
            answers.forEach((value, answer) -> told.put(value, answer.get()));
            return answers.size();
        }
    }

    @Test
    void whatWasAcknowledgedIsThereOnceHoweverOftenTheBrokerIsKilled(@TempDir Path folder) throws InterruptedException {
        Map<String, String> settings = Map.of("redis.listen", "127.0.0.1:0");
        try (BrokerProcess broker = BrokerProcess.start(BrokerCommand.ofBuild(), folder.resolve("data"), settings)) {
            int port = port(broker);
            List<Writer> writers = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                Writer writer = new Writer(i);
                writers.add(writer);
                threads.add(Thread.ofPlatform().start(() -> write(writer, port)));
            }
            for (int kill = 0; kill <= KILLS; kill++) {
                int wanted = acknowledged.get() + ADDED_BEFORE_KILL;
                await().pollInterval(Duration.ofMillis(1)).atMost(LIMIT).until(() -> acknowledged.get() >= wanted);
                broker.kill9();
                broker.restart();
            }
            isDone = true;
            for (Thread thread : threads) {
                thread.join();
            }
            check(writers, port);
        }
    }

    private static int port(BrokerProcess broker) {
        String address = broker.address("redis");
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private void write(Writer writer, int port) {
        while (!isDone) {
            try (Jedis redis = new Jedis("127.0.0.1", port)) {
                while (!isDone) {
                    acknowledged.addAndGet(writer.addSome(redis));
                }
            } catch (JedisException lost) {
                // Killed: whether the last ones are there is not known.
                Stopwatch.sleep(PAUSE);
            }
        }
    }

    private static void check(List<Writer> writers, int port) {
        Map<String, StreamEntryID> found = new LinkedHashMap<>();
        try (Jedis redis = new Jedis("127.0.0.1", port)) {
            Set<String> keys = new HashSet<>(List.of(KEYS.getLast()));
            writers.forEach(writer -> keys.add(KEYS.getFirst() + writer.number));
            for (String key : keys) {
                List<StreamEntry> entries = redis.xrange(key, "-", "+");
                assertThat(entries).hasSize((int) redis.xlen(key));
                assertThat(entries).extracting(StreamEntry::getID).isSorted().doesNotHaveDuplicates();
                for (StreamEntry entry : entries) {
                    String value = entry.getFields().getOrDefault("value", "");
                    assertThat(found.put(value, entry.getID())).as(value).isNull();
                }
            }
        }
        for (Writer writer : writers) {
            assertThat(writer.told).isNotEmpty();
            assertThat(found).containsAllEntriesOf(writer.told);
        }
        int sent = writers.stream().mapToInt(writer -> writer.sent).sum();
        assertThat(found.size()).isLessThanOrEqualTo(sent);
    }
}
