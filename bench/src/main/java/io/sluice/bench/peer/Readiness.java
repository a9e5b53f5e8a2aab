package io.sluice.bench.peer;

import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.RawKafkaConnection;
import io.sluice.testkit.RawRequests;
import io.sluice.testkit.RawResponses;
import io.sluice.testkit.Stopwatch;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** When a broker is ready, by the same yardstick for all: a Metadata request finds a broker. */
public final class Readiness {
    private static final Duration INTERVAL = Duration.ofMillis(5);
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private Readiness() {}

    /**
     * Asks every 5 ms until {@code broker} is ready.
     *
     * @throws IllegalStateException if its process ends or three minutes pass
     */
    public static void await(BrokerUnderTest broker) {
        Stopwatch watch = Stopwatch.started();
        while (!isReady(broker.kafkaAddress())) {
            if (!broker.isAlive() || watch.hasPassed(LIMIT)) {
                throw new IllegalStateException("the broker does not become ready:\n" + broker.output());
            }
            Stopwatch.sleep(INTERVAL);
        }
    }

    private static boolean isReady(String address) {
        try (RawKafkaConnection connection = RawKafkaConnection.connect(address)) {
            return RawResponses.brokerCount(connection.call(RawRequests.metadata(List.of()))) > 0;
        } catch (UncheckedIOException e) {
            return false;
        }
    }
}
