package io.sluice.server.demo;

import io.sluice.common.Clock;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Producer, consumer and view on one running broker.
 *
 * <p>The topic keeps everything ({@code retention.ms=-1}): the records carry the times of their earthquakes, which lie
 * years back, and a topic with the usual seven days would lose them at once.
 *
 * <p>Threads: {@link #run} on one; {@link #stop} on any.
 */
final class Demo {

    static final String TOPIC = "earthquakes";

    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(250);
    private static final int API_TIMEOUT_MS = 10_000;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final DemoBroker broker;
    private final double speed;
    private final Clock clock;
    private final PrintWriter out;
    private final QuakeView view;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean stopped;
    private long consumed;

    /** Connects to the broker; says things on {@code out}, shows records in {@code view}. */
    Demo(DemoBroker broker, double speed, Clock clock, PrintWriter out, QuakeView view) {
        this.broker = broker;
        this.speed = speed;
        this.clock = clock;
        this.out = out;
        this.view = view;
        Map<String, Object> reading = settings(Map.of("auto.offset.reset", "earliest", "enable.auto.commit", false));
        this.consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Ends {@link #run} soon. */
    void stop() {
        stopped = true;
        consumer.wakeup();
    }

    /**
     * Checks what an earlier run left, replays the rest and shows it until {@link #stop}.
     *
     * @throws IllegalStateException when the broker refuses something, with the reason
     */
    void run() {
        try (consumer) {
            createTopic();
            EarlierRecords earlier = readEarlier();
            sayEarlier(earlier);
            replay(earlier);
        } catch (WakeupException asked) {
            out.flush();
        }
    }

    /** How many records were read. */
    long consumed() {
        return consumed;
    }

    private void createTopic() {
        NewTopic topic = new NewTopic(TOPIC, Optional.of(1), Optional.empty()).configs(Map.of("retention.ms", "-1"));
        try (Admin admin = Admin.create(settings(Map.of()))) {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException refused) {
            if (!(refused.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException("the broker refused the topic: " + reason(refused.getCause()), refused);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    private EarlierRecords readEarlier() {
        consumer.assign(List.of(PARTITION));
        consumer.seekToBeginning(List.of(PARTITION));
        long end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
        EarlierRecords earlier = new EarlierRecords(Earthquake.shippedWeek());
        while (!stopped && consumer.position(PARTITION) < end) {
            for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL_TIMEOUT)) {
                earlier.take(found);
                consumed++;
                seen(found).ifPresent(view::addEarlier);
            }
        }
        return earlier;
    }

    private void sayEarlier(EarlierRecords earlier) {
        if (earlier.matched() == 0 && earlier.others() == 0) {
            return;
        }
        out.println("Found " + number(earlier.matched()) + " earthquakes of an earlier run: the first "
                + number(earlier.matched()) + " of the week, none missing, byte for byte as they were sent"
                + (earlier.others() == 0 ? "." : ", and " + number(earlier.others()) + " other records."));
        out.println();
        out.flush();
    }

    private void replay(EarlierRecords arrived) {
        Map<String, Object> writing = settings(Map.of("acks", "all", "linger.ms", 0));
        writing.remove("default.api.timeout.ms");
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(writing, new ByteArraySerializer(), new ByteArraySerializer());
        Replay replay = new Replay(arrived.rest(), TOPIC, speed, producer, clock);
        Thread sending = Thread.ofPlatform().name("demo-replay").daemon().start(replay);
        try {
            while (!stopped) {
                show(replay, arrived);
                checkAccepted(replay.failure());
            }
        } finally {
            replay.stop();
            sending.interrupt();
            producer.close(CLOSE_TIMEOUT);
        }
    }

    private void show(Replay replay, EarlierRecords arrived) {
        for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL_TIMEOUT)) {
            arrived.take(found);
            consumed++;
            seen(found).ifPresent(view::add);
        }
        String sent = replay.isOver()
                ? "The week is over; the broker runs on."
                : number(replay.acknowledged()) + " acknowledged in this run.";
        view.nodes(broker.standing());
        view.status(sent + " " + number(consumed) + " consumed in all"
                + (arrived.others() == 0 ? ", in order, none missing." : ".") + " Ctrl-C stops.");
    }

    private static void checkAccepted(@Nullable Exception failure) {
        if (failure != null) {
            throw new IllegalStateException("the broker did not accept an event: " + reason(failure), failure);
        }
    }

    private static Optional<QuakeView.Seen> seen(ConsumerRecord<byte[], byte[]> found) {
        if (found.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new QuakeView.Seen(found.offset(), Earthquake.parse(found.value())));
        } catch (JacksonException somebodyElsesRecord) {
            return Optional.empty();
        }
    }

    private Map<String, Object> settings(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("bootstrap.servers", broker.kafkaAddress());
        settings.put("client.id", "sluice-demo");
        settings.put("default.api.timeout.ms", API_TIMEOUT_MS);
        settings.put("request.timeout.ms", API_TIMEOUT_MS);
        settings.put("enable.metrics.push", false);
        return settings;
    }

    private static String reason(@Nullable Throwable failure) {
        return failure == null || failure.getMessage() == null ? "no reason given" : failure.getMessage();
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
