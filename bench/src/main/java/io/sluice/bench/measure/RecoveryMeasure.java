package io.sluice.bench.measure;

import io.sluice.bench.load.Frames;
import io.sluice.bench.load.Frames.Shape;
import io.sluice.bench.measure.Row.OursAtMost;
import io.sluice.bench.measure.Row.RatioAtMost;
import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.RawKafkaConnection;
import io.sluice.testkit.RawResponses;
import io.sluice.testkit.Stopwatch;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * kill -9 under 12,000 records/s, started again at once: time from the kill to the next acknowledged record, seen by a
 * producer that reconnects every 20 ms.
 */
final class RecoveryMeasure {
    private static final int PARTITIONS = 4;
    private static final int REQUESTS_PER_SECOND = 1_200;
    private static final Shape TEN_RECORDS = new Shape(10_500, 1_024);
    private static final Duration LOAD = Duration.ofSeconds(8);
    private static final Duration RETRY = Duration.ofMillis(20);
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private RecoveryMeasure() {}

    static Measure measure() {
        return new Measure(
                "recovery",
                "kill -9 under 12,000 records/s of 1 KiB, restarted at once",
                Contender.SLUICE,
                Contender.KAFKA,
                List.of(
                        new Row("nextAckMs", "kill until next acknowledged record, ms", new OursAtMost(1_500)),
                        new Row("nextAckMs", "the same beside theirs", new RatioAtMost(0.3))),
                26,
                Measure.Run.onTopic(PARTITIONS, RecoveryMeasure::run));
    }

    private static Map<String, Double> run(BrokerUnderTest broker) {
        ByteBuffer frame = Frames.onePartitionEach(BenchTopic.NAME, 1, PARTITIONS, TEN_RECORDS)
                .getFirst()
                .getFirst();
        produceAtPace(broker.kafkaAddress(), frame);
        Stopwatch sinceKill = Stopwatch.started();
        broker.kill9();
        CompletableFuture<Double> nextAck =
                CompletableFuture.supplyAsync(() -> awaitAcknowledgement(broker.kafkaAddress(), frame, sinceKill));
        broker.restart();
        return Map.of("nextAckMs", nextAck.join());
    }

    private static void produceAtPace(String address, ByteBuffer frame) {
        try (RawKafkaConnection connection = RawKafkaConnection.connect(address)) {
            Stopwatch watch = Stopwatch.started();
            long sent = 0;
            while (!watch.hasPassed(LOAD)) {
                long due = (long) (watch.elapsedSeconds() * REQUESTS_PER_SECOND);
                while (sent < due) {
                    RawResponses.requireAcknowledged(connection.call(frame));
                    sent++;
                }
                Stopwatch.sleep(Duration.ofMillis(1));
            }
        }
    }

    private static double awaitAcknowledgement(String address, ByteBuffer frame, Stopwatch sinceKill) {
        while (!isAcknowledged(address, frame)) {
            if (sinceKill.hasPassed(LIMIT)) {
                throw new IllegalStateException("nothing acknowledged " + LIMIT + " after the kill");
            }
            Stopwatch.sleep(RETRY);
        }
        return sinceKill.elapsedMs();
    }

    private static boolean isAcknowledged(String address, ByteBuffer frame) {
        try (RawKafkaConnection connection = RawKafkaConnection.connect(address)) {
            return RawResponses.produceError(connection.call(frame)) == 0;
        } catch (UncheckedIOException e) {
            return false;
        }
    }
}
