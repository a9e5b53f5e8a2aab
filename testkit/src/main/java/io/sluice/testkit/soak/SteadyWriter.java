package io.sluice.testkit.soak;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.kafka.common.TopicPartition;

/** A producer that writes to the topics that stay, about six records a second, now and then many at once. */
final class SteadyWriter {
    private static final int PAUSE_MIN_MS = 100;
    private static final int PAUSE_SPREAD_MS = 200;
    private static final int BURST_ONE_IN = 100;
    private static final int BURST = 20;

    private final SoakCrew crew;
    private final SoakBooks books;
    private final List<TopicPartition> targets;
    private final SplittableRandom random;

    SteadyWriter(SoakCrew crew, SoakBooks books, SoakPlan plan, SplittableRandom random) {
        this.crew = crew;
        this.books = books;
        this.targets = plan.allPartitions();
        this.random = random;
    }

    void write(String address, int number) throws InterruptedException {
        try (RecordingProducer producer =
                new RecordingProducer(address, number, books.written(), books.complaints()::add)) {
            while (!crew.isStopping()) {
                int count = random.nextInt(BURST_ONE_IN) == 0 ? BURST : 1;
                for (int i = 0; i < count; i++) {
                    producer.send(targets.get(random.nextInt(targets.size())));
                }
                crew.rest(Duration.ofMillis(PAUSE_MIN_MS + random.nextInt(PAUSE_SPREAD_MS)));
            }
            producer.flush();
        }
    }
}
