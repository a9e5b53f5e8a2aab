package io.sluice.bench.measure;

import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerUnderTest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One comparison. Measures have no state: every run stands for itself.
 *
 * @param name the word that selects it on the command line
 * @param title what is measured, in a few words
 * @param ours ours, as it takes part
 * @param theirs the peer, as it takes part
 * @param rows which figures become rows
 * @param secondsPerRun about how long one run on one contender takes
 * @param run the measuring itself
 */
public record Measure(
        String name, String title, Contender ours, Contender theirs, List<Row> rows, int secondsPerRun, Run run) {
    /** How a contender is measured. */
    public interface Run {
        /**
         * Starts {@code contender} on the empty folder {@code data}, measures, ends it, and answers figures by name.
         *
         * @throws RuntimeException if the broker breaks a promise on the way; the figures would be worthless
         */
        Map<String, Double> on(Contender contender, Path data);

        /** A run on a broker that has the topic of the bench with so many partitions, and nothing else. */
        static Run onTopic(int partitions, Function<BrokerUnderTest, Map<String, Double>> measuring) {
            return (contender, data) -> {
                try (BrokerUnderTest broker = contender.start(data)) {
                    if (contender.keepsRecords()) {
                        BenchTopic.create(broker.kafkaAddress(), contender, partitions);
                    }
                    return measuring.apply(broker);
                }
            };
        }
    }
}
