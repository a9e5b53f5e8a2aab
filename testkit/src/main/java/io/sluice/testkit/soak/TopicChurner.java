package io.sluice.testkit.soak;

import io.sluice.testkit.HistoryChecker;
import io.sluice.testkit.ProduceHistory;
import io.sluice.testkit.ReadHistory;
import io.sluice.testkit.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Makes a topic, writes to it, reads it back, checks it and deletes it, again and again, often under the name of the one
 * before. Every third topic is deleted while a producer writes to it and a consumer reads it. Owner: one thread.
 */
final class TopicChurner {
    private static final int PARTITIONS_MAX = 3;
    private static final int RECORDS_MIN = 20;
    private static final int RECORDS_SPREAD = 80;
    private static final int RECORD_PAUSE_MS = 60;
    private static final int REST_MS = 2_000;
    private static final int THIRD = 3;
    private static final int READS_OF_A_DELETED_TOPIC = 5;
    private static final Duration READ_LIMIT = Duration.ofSeconds(170);
    private static final List<String> DURABILITIES = List.of("fsync", "fsync", "os");

    private final int number;
    private final String address;
    private final SoakCrew crew;
    private final SoakBooks books;
    private final SplittableRandom random;
    private int round;

    TopicChurner(int number, String address, SoakCrew crew, SoakBooks books, SplittableRandom random) {
        this.number = number;
        this.address = address;
        this.crew = crew;
        this.books = books;
        this.random = random;
    }

    /** Until the crew stops; no topic is left behind. */
    void churn() throws InterruptedException {
        try (PatientAdmin admin = new PatientAdmin(address, books.counts()::kills)) {
            do {
                playRound(admin);
                round++;
            } while (!crew.rest(Duration.ofMillis(random.nextInt(REST_MS))));
        }
    }

    private void playRound(PatientAdmin admin) throws InterruptedException {
        // Two names in turn: a topic of a name that was deleted before must be empty.
        String name = "passing-" + number + "-" + round % 2;
        int partitions = 1 + random.nextInt(PARTITIONS_MAX);
        String durability = DURABILITIES.get(random.nextInt(DURABILITIES.size()));
        admin.createTopics(
                List.of(new NewTopic(name, partitions, (short) 1).configs(Map.of("sluice.durability", durability))));
        List<TopicPartition> targets = TopicReader.partitionsOf(List.of(name), partitions);
        if (random.nextInt(THIRD) == 0) {
            deleteUnderLoad(admin, name, targets);
        } else {
            check(targets);
            admin.deleteTopic(name);
        }
        books.counts().topicDeleted();
        if (PatientAdmin.await(() -> admin.admin().listTopics().names()).contains(name)) {
            books.complaints().add("topic " + name + " is listed after it was deleted");
        }
    }

    private void check(List<TopicPartition> targets) throws InterruptedException {
        ProduceHistory written = new ProduceHistory();
        try (RecordingProducer producer =
                new RecordingProducer(address, books.counts().nextProducer(), written, books.complaints()::add)) {
            int records = RECORDS_MIN + random.nextInt(RECORDS_SPREAD);
            for (int i = 0; i < records && !crew.isStopping(); i++) {
                producer.send(targets.get(random.nextInt(targets.size())));
                crew.rest(Duration.ofMillis(random.nextInt(RECORD_PAUSE_MS)));
            }
            producer.flush();
        }
        ReadHistory read = TopicReader.readAll(address, targets, READ_LIMIT);
        books.passing().add(HistoryChecker.check(written, read, new ReadHistory()));
    }

    // Records of a deleted topic may fail, so nobody hears of failures here.
    private void deleteUnderLoad(PatientAdmin admin, String name, List<TopicPartition> targets)
            throws InterruptedException {
        RecordingProducer producer =
                new RecordingProducer(address, books.counts().nextProducer(), new ProduceHistory(), _ -> {});
        try (KafkaConsumer<byte[], byte[]> reader = new KafkaConsumer<>(TopicReader.settings(address))) {
            reader.assign(targets);
            reader.seekToBeginning(targets);
            producer.send(targets.getFirst());
            producer.flush();
            for (int i = 0; i < RECORDS_MIN; i++) {
                producer.send(targets.get(random.nextInt(targets.size())));
                reader.poll(Duration.ofMillis(RECORD_PAUSE_MS));
            }
            admin.deleteTopic(name);
            for (int i = 0; i < READS_OF_A_DELETED_TOPIC; i++) {
                reader.poll(Duration.ofMillis(RECORD_PAUSE_MS));
            }
        } finally {
            producer.abandon();
        }
    }
}
