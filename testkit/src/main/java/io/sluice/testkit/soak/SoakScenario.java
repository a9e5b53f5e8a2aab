package io.sluice.testkit.soak;

import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.HistoryChecker;
import io.sluice.testkit.HistoryReport;
import io.sluice.testkit.ReadHistory;
import io.sluice.testkit.Stopwatch;
import io.sluice.testkit.TopicReader;
import io.sluice.testkit.soak.BrokerSample.Held;
import io.sluice.testkit.soak.BrokerSample.Moment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Two hundred clients on one broker for a while, topics and groups that come and go, one {@code kill -9} in the middle.
 * At the end everything acknowledged must be there once, in order, at its offset; every group must have seen every record
 * and no committed position may have gone back; and the broker may hold no more than it did at the start.
 *
 * <p>The clients are {@link SoakPlan#clients} of the Java client library: idempotent producers with all acknowledgements,
 * members of classic groups (eager and cooperative) and of groups of the consumer protocol, admin clients. None is told of
 * the kill; they live through it by their own retries. Owner: the thread that calls {@link #run}.
 */
public final class SoakScenario {
    private static final int SAMPLES_A_LIFE = 12;
    private static final int LINES_A_LIFE = 60;
    private static final Duration LINE_PAUSE_MIN = Duration.ofSeconds(2);
    private static final int STEP_MIN_MS = 100;
    private static final int KILL_SPREAD_MS = 2_000;
    private static final Duration REST_LIMIT = Duration.ofSeconds(90);
    private static final Duration REST_STEP = Duration.ofSeconds(1);
    private static final Duration READ_LIMIT = Duration.ofMinutes(5);

    private final BrokerProcess broker;
    private final SoakPlan plan;
    private final Consumer<String> progress;
    private final SoakBooks books = SoakBooks.empty();
    private final BrokerWatch watch;
    private final SplittableRandom random;
    private final List<BrokerSample> samples = new ArrayList<>();
    private Stopwatch sinceStart = Stopwatch.started();
    private int told;

    private SoakScenario(BrokerProcess broker, Path dataFolder, SoakPlan plan, Consumer<String> progress) {
        this.broker = broker;
        this.plan = plan;
        this.progress = progress;
        this.watch = new BrokerWatch(broker, dataFolder);
        this.random = new SplittableRandom(plan.seed());
    }

    /**
     * Plays a whole soak on a running, empty broker with {@link SoakPlan#brokerSettings}, which still runs at the end.
     *
     * @param dataFolder where the broker's data lies
     * @param progress gets a line now and then
     * @throws IllegalStateException if the broker ends by itself
     */
    public static SoakOutcome run(BrokerProcess broker, Path dataFolder, SoakPlan plan, Consumer<String> progress) {
        return new SoakScenario(broker, dataFolder, plan, progress).play();
    }

    private SoakOutcome play() {
        prepare();
        sample(Moment.IDLE_BEFORE);
        Map<TopicPartition, Long> ends;
        try (SoakLoad load = new SoakLoad(broker.kafkaAddress(), plan, books, random.split())) {
            load.start();
            sinceStart = Stopwatch.started();
            live(Moment.FIRST_LIFE);
            kill();
            live(Moment.SECOND_LIFE);
            progress.accept("stopping " + plan.clients() + " clients");
            load.finishWriting();
            ends = ends();
            progress.accept("nothing is written any more; groups have still to see %,d records"
                    .formatted(SoakBars.missing(books, plan, ends)));
            load.awaitReaders(ends);
            load.finishReading();
            tellComplaints();
        }
        awaitRest();
        sample(Moment.IDLE_AFTER);
        return outcome(ends);
    }

    /** Makes the topics that stay, and uses each partition once: what is there from then on is no growth. */
    private void prepare() {
        Map<String, String> configs = plan.isControl() ? Map.of("sluice.durability", plan.durability()) : Map.of();
        List<NewTopic> topics = plan.topicNames().stream()
                .map(name -> new NewTopic(name, plan.partitions(), (short) 1).configs(configs))
                .toList();
        int number = books.counts().nextProducer();
        try (PatientAdmin admin = new PatientAdmin(broker.kafkaAddress(), books.counts()::kills)) {
            admin.createTopics(topics);
            try (RecordingProducer producer =
                    new RecordingProducer(broker.kafkaAddress(), number, books.written(), books.complaints()::add)) {
                for (TopicPartition partition : plan.allPartitions()) {
                    producer.send(partition);
                }
            }
            TopicReader.readAll(broker.kafkaAddress(), plan.allPartitions(), READ_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while topics are made", e);
        }
    }

    private void live(Moment life) {
        Duration length = plan.duration().dividedBy(2);
        Duration sampleEvery = length.dividedBy(SAMPLES_A_LIFE);
        Duration lineEvery = length.dividedBy(LINES_A_LIFE);
        Duration step = lineEvery.compareTo(LINE_PAUSE_MIN) < 0 ? LINE_PAUSE_MIN : lineEvery;
        Stopwatch sinceBirth = Stopwatch.started();
        Stopwatch sinceSample = Stopwatch.started();
        int wanted = samples.size() + SoakBars.SAMPLES_A_LIFE_MIN;
        // A slow machine may need longer for its samples than the life was meant to last.
        while (!sinceBirth.hasPassed(length) || samples.size() < wanted) {
            Stopwatch.sleep(
                    Duration.ofMillis(Math.clamp(sinceBirth.remainingMs(length), STEP_MIN_MS, step.toMillis())));
            if (!broker.isAlive()) {
                throw new IllegalStateException("the broker has ended by itself:\n" + broker.output());
            }
            if (sinceSample.hasPassed(sampleEvery)) {
                sinceSample = Stopwatch.started();
                sample(life);
            }
            progress.accept(line());
            tellComplaints();
        }
    }

    private void tellComplaints() {
        List<String> complaints = books.complaints().first();
        complaints.subList(told, complaints.size()).forEach(complaint -> progress.accept("complaint: " + complaint));
        told = complaints.size();
    }

    private void sample(Moment moment) {
        samples.add(watch.sample(moment));
    }

    private String line() {
        SoakBooks.Counts counts = books.counts();
        return "%d of %d s, %d kills, %,d acknowledged, deleted %d topics and %d groups, %d members replaced, %d complaints; %s"
                .formatted(
                        Math.round(sinceStart.elapsedSeconds()),
                        plan.duration().toSeconds(),
                        counts.kills(),
                        books.written().acknowledgedCount() + books.passing().acknowledged(),
                        counts.topicsDeleted(),
                        counts.groupsDeleted(),
                        counts.membersReplaced(),
                        books.complaints().count(),
                        samples.getLast().summary());
    }

    private void kill() {
        Stopwatch.sleep(Duration.ofMillis(random.nextInt(KILL_SPREAD_MS)));
        books.counts().killed();
        broker.kill9();
        Stopwatch restart = Stopwatch.started();
        broker.restart();
        progress.accept("killed with %,d acknowledged, ready again in %.0f ms"
                .formatted(books.written().acknowledgedCount(), restart.elapsedMs()));
    }

    private Map<TopicPartition, Long> ends() {
        try (KafkaConsumer<byte[], byte[]> asker = new KafkaConsumer<>(TopicReader.settings(broker.kafkaAddress()))) {
            return new HashMap<>(asker.endOffsets(plan.allPartitions()));
        }
    }

    /** Waits until what passes has passed; if it does not, the bars tell. */
    private void awaitRest() {
        Stopwatch patience = Stopwatch.started();
        while (!isAtRest() && !patience.hasPassed(REST_LIMIT)) {
            Stopwatch.sleep(REST_STEP);
        }
    }

    private boolean isAtRest() {
        Held held = watch.held();
        int connections = samples.getFirst().held().connections();
        return held.connections() <= connections
                && held.topicFolders() <= plan.topics()
                && held.groups() <= plan.groups()
                && watch.deletedFiles() == 0;
    }

    private SoakOutcome outcome(Map<TopicPartition, Long> ends) {
        ReadHistory read = TopicReader.readAll(broker.kafkaAddress(), plan.allPartitions(), READ_LIMIT);
        HistoryReport steady =
                HistoryChecker.check(books.written(), read, books.reads().history());
        List<Bar> bars = new ArrayList<>(SoakBars.ofBooks(books, plan, ends));
        bars.addAll(SoakBars.ofSamples(samples, plan));
        List<String> remarks = new ArrayList<>(books.complaints().first());
        remarks.addAll(books.positions().examples());
        samples.forEach(sample -> progress.accept(sample.moment() + ": " + sample.summary()));
        return new SoakOutcome(steady, books.passing().report(), bars, remarks);
    }
}
