package io.sluice.testkit.crash;

import io.sluice.testkit.OsProcess;
import io.sluice.testkit.Stopwatch;
import io.sluice.testkit.TopicReader;
import io.sluice.testkit.crash.ForeignRecords.Place;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * What programs of others were told and what they read, whatever happens meanwhile: in the end what was acknowledged to the one is
 * at its offset, nothing is there twice, and the other one has read it. Owner: one thread.
 */
final class ForeignWork implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int FAILURES_MAX = 10;

    private final ForeignPrograms programs;
    private final String addresses;
    private final List<TopicPartition> partitions;
    private final ForeignRecords records = new ForeignRecords();
    private final List<String> failures = new ArrayList<>();
    private final OsProcess producer;
    private final OsProcess consumer;

    /** Starts both on a topic of so many partitions. */
    ForeignWork(ForeignPrograms programs, String addresses, int partitionCount) {
        this.programs = programs;
        this.addresses = addresses;
        partitions = TopicReader.partitionsOf(List.of(programs.topic()), partitionCount);
        producer = started(programs.producer());
        producer.watch(records::heard);
        consumer = started(programs.consumer());
        consumer.watch(records::heard);
    }

    private static OsProcess started(List<String> command) {
        return OsProcess.start(command, Path.of("/"), Map.of());
    }

    /** Whose work it is. */
    String topic() {
        return programs.topic();
    }

    /** Records that were acknowledged so far. */
    int acknowledged() {
        return records.acknowledged();
    }

    /** Ends both, when all is consumed, and answers what was wrong; each of three steps takes no longer than {@code limit}. */
    List<String> finish(Duration limit) {
        end(producer, limit);
        Map<Place, Integer> stored = stored(limit);
        Stopwatch watch = Stopwatch.started();
        while (consumer.isAlive() && records.consumed() < stored.size() && !watch.hasPassed(limit)) {
            Stopwatch.sleep(LOOK);
        }
        end(consumer, limit);
        failures.addAll(records.compareWith(stored));
        return failures.stream()
                .limit(FAILURES_MAX)
                .map(failure -> programs.topic() + ": " + failure)
                .toList();
    }

    private void end(OsProcess program, Duration limit) {
        if (!program.isAlive()) {
            failures.add("a program ended by itself:\n" + program.output());
            return;
        }
        program.sigterm();
        program.awaitExit(limit);
    }

    private Map<Place, Integer> stored(Duration limit) {
        Map<Place, Integer> stored = new HashMap<>();
        TopicReader.forEach(
                addresses,
                partitions,
                limit,
                record -> stored.put(
                        new Place(record.partition(), record.offset()),
                        Integer.valueOf(new String(record.value(), StandardCharsets.UTF_8))));
        return stored;
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }
}
