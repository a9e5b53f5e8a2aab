package io.sluice.bench.measure;

import io.sluice.bench.peer.Contender;
import io.sluice.testkit.RawKafkaConnection;
import io.sluice.testkit.RawRequests;
import io.sluice.testkit.RawResponses;
import io.sluice.testkit.Stopwatch;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/** The topic of a bench, {@value #NAME}. */
final class BenchTopic {
    static final String NAME = "bench";

    private static final int LIMIT_SECONDS = 300;

    private BenchTopic() {}

    /** Creates it as {@code contender} takes part and waits until every partition answers. */
    static void create(String address, Contender contender, int partitions) {
        create(address, contender.topicConfigs(), partitions);
    }

    /** Creates it with these configurations and waits until every partition answers. */
    static void create(String address, Map<String, String> configs, int partitions) {
        NewTopic topic = new NewTopic(NAME, partitions, (short) 1).configs(configs);
        Map<String, Object> settings = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, LIMIT_SECONDS * 1_000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, LIMIT_SECONDS * 1_000);
        try (Admin admin = Admin.create(settings)) {
            admin.createTopics(List.of(topic)).all().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("cannot create the topic", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while creating the topic", e);
        }
        awaitAnswers(address, partitions);
    }

    /** Waits, asking every 20 ms over new connections if need be, until every partition tells its end offset. */
    static void awaitAnswers(String address, int partitions) {
        Stopwatch watch = Stopwatch.started();
        ByteBuffer question = RawRequests.endOffsets(NAME, partitions);
        while (partitionsThatAnswer(address, question) < partitions) {
            if (watch.hasPassed(Duration.ofSeconds(LIMIT_SECONDS))) {
                throw new IllegalStateException("not all partitions answer after " + LIMIT_SECONDS + " s");
            }
            Stopwatch.sleep(Duration.ofMillis(20));
        }
    }

    private static int partitionsThatAnswer(String address, ByteBuffer question) {
        try (RawKafkaConnection connection = RawKafkaConnection.connect(address)) {
            return RawResponses.partitionsWithEnd(connection.call(question));
        } catch (UncheckedIOException e) {
            return -1;
        }
    }
}
