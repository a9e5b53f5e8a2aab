package io.sluice.testkit.soak;

import io.sluice.testkit.Stopwatch;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.common.TopicPartition;

/**
 * All clients of a soak, which stop part by part: first what passes, then who writes, then, once they have read
 * everything, who reads. Owner: one thread.
 */
final class SoakLoad implements AutoCloseable {
    private static final Duration GAP = Duration.ofMillis(20);
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration CONTROL_LIMIT = Duration.ofSeconds(20);
    private static final Duration STEP = Duration.ofMillis(200);

    private final String address;
    private final SoakPlan plan;
    private final SoakBooks books;
    private final SplittableRandom random;
    private final Duration limit;
    private final SoakCrew writers;
    private final SoakCrew churners;
    private final SoakCrew members;
    private final SoakCrew onlookers;
    private final MemberChurn memberChurn;

    SoakLoad(String address, SoakPlan plan, SoakBooks books, SplittableRandom random) {
        this.address = address;
        this.plan = plan;
        this.books = books;
        this.random = random;
        this.limit = plan.isControl() ? CONTROL_LIMIT : LIMIT;
        this.writers = new SoakCrew(books.complaints());
        this.churners = new SoakCrew(books.complaints());
        this.members = new SoakCrew(books.complaints());
        this.onlookers = new SoakCrew(books.complaints());
        this.memberChurn = new MemberChurn(address, members, books, plan, random.split());
    }

    /** Starts all of them, one after another. */
    void start() {
        memberChurn.startAll(GAP);
        for (int i = 0; i < plan.writers(); i++) {
            int number = books.counts().nextProducer();
            SteadyWriter writer = new SteadyWriter(writers, books, plan, random.split());
            writers.start("writer-" + number, () -> writer.write(address, number));
            Stopwatch.sleep(GAP);
        }
        for (int i = 0; i < plan.topicChurners(); i++) {
            TopicChurner churner = new TopicChurner(i, address, churners, books, random.split());
            churners.start("topics-" + i, churner::churn);
        }
        for (int i = 0; i < plan.groupChurners(); i++) {
            GroupChurner churner = new GroupChurner(i, address, churners, books, plan, random.split());
            churners.start("groups-" + i, churner::churn);
        }
        churners.start("members", () -> memberChurn.churn(churners));
        onlookers.start("auditor", () -> new Auditor(books, plan).audit(address, onlookers));
        onlookers.start(
                "onlooker", () -> new Onlooker(plan).look(new PatientAdmin(address, books.counts()::kills), onlookers));
    }

    /** Ends everything that passes, and then the writing; all that was sent is acknowledged or given up afterwards. */
    void finishWriting() {
        churners.finish(limit);
        writers.finish(limit);
    }

    /** Waits until every group has seen everything below the end offsets; the bars tell if one has not. */
    void awaitReaders(Map<TopicPartition, Long> ends) {
        Stopwatch watch = Stopwatch.started();
        while (SoakBars.missing(books, plan, ends) > 0 && !watch.hasPassed(limit)) {
            Stopwatch.sleep(STEP);
        }
    }

    /** Ends the readers, each of which leaves its group, and the onlookers. */
    void finishReading() {
        memberChurn.leaveAll();
        onlookers.finish(limit);
    }

    @Override
    public void close() {
        churners.close();
        writers.close();
        members.close();
        onlookers.close();
    }
}
