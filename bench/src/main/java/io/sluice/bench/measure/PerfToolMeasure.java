package io.sluice.bench.measure;

import io.sluice.bench.measure.Row.RatioAtLeast;
import io.sluice.bench.measure.Row.RatioAtMost;
import io.sluice.bench.peer.Contender;
import io.sluice.bench.peer.KafkaTools;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.ProcessFigures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kafka's own kafka-producer-perf-test and kafka-consumer-perf-test, with their defaults and acks=all, on one partition.
 *
 * @param valueBytes size of a value
 * @param compression of the producer
 * @param recordCount how many are written, and then read
 */
record PerfToolMeasure(int valueBytes, String compression, int recordCount) {
    private static final String PRODUCER = "org.apache.kafka.tools.ProducerPerformance";
    private static final String CONSUMER = "org.apache.kafka.tools.ConsumerPerformance";
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Pattern PRODUCED =
            Pattern.compile("records sent, [0-9.]+ records/sec \\(([0-9.]+) MB/sec\\).* ([0-9]+) ms 99th");
    private static final int FETCH_MB_PER_SECOND = 8;

    static Measure measure(String name, int valueBytes, String compression, int recordCount) {
        return new Measure(
                name,
                "Kafka's perf tools, %d B values, compression %s".formatted(valueBytes, compression),
                Contender.SLUICE_OS,
                Contender.KAFKA,
                List.of(
                        new Row("producedMbPerSecond", "produced, MB/s", new RatioAtLeast(1)),
                        new Row("produceCpuPerGb", "broker CPU s/GB produced", new RatioAtMost(0.6)),
                        new Row("consumedMbPerSecond", "consumed, MB/s", new RatioAtLeast(1)),
                        new Row("consumeCpuPerGb", "broker CPU s/GB consumed", new RatioAtMost(1))),
                45,
                Measure.Run.onTopic(1, new PerfToolMeasure(valueBytes, compression, recordCount)::run));
    }

    private Map<String, Double> run(BrokerUnderTest broker) {
        double gigabytes = recordCount * (double) valueBytes / 1e9;
        double cpuAtStart = ProcessFigures.cpuSeconds(broker.pid());
        double produced = produce(broker.kafkaAddress());
        double cpuProduced = ProcessFigures.cpuSeconds(broker.pid());
        double consumed = consume(broker.kafkaAddress());
        double cpuConsumed = ProcessFigures.cpuSeconds(broker.pid());
        return Map.of(
                "producedMbPerSecond",
                produced,
                "produceCpuPerGb",
                (cpuProduced - cpuAtStart) / gigabytes,
                "consumedMbPerSecond",
                consumed,
                "consumeCpuPerGb",
                (cpuConsumed - cpuProduced) / gigabytes);
    }

    private double produce(String address) {
        String output = KafkaTools.run(
                LIMIT,
                PRODUCER,
                "--topic",
                BenchTopic.NAME,
                "--num-records",
                Integer.toString(recordCount),
                "--record-size",
                Integer.toString(valueBytes),
                "--throughput",
                "-1",
                "--producer-props",
                "bootstrap.servers=" + address,
                "acks=all",
                "compression.type=" + compression);
        Matcher last = PRODUCED.matcher(output);
        if (!last.find()) {
            throw new IllegalStateException("the producer's tool does not say how fast it was:\n" + output);
        }
        return Double.parseDouble(last.group(1));
    }

    /** Without the time its group takes to form. */
    private double consume(String address) {
        String output = KafkaTools.run(
                LIMIT,
                CONSUMER,
                "--topic",
                BenchTopic.NAME,
                "--bootstrap-server",
                address,
                "--num-records",
                Integer.toString(recordCount),
                "--timeout",
                "60000");
        String figures = output.lines()
                .filter(line -> line.matches("[0-9]{4}-.*,.*"))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException("the consumer's tool does not say how fast it was:\n" + output));
        return Double.parseDouble(figures.split(",", -1)[FETCH_MB_PER_SECOND].strip());
    }
}
