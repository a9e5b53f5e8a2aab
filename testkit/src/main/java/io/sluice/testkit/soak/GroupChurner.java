package io.sluice.testkit.soak;

import io.sluice.testkit.Stopwatch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;

/**
 * Makes a group by joining it, reads a little, commits, looks the positions up, leaves or vanishes, and deletes the group,
 * again and again. Owner: one thread.
 */
final class GroupChurner {
    private static final int RECORDS = 10;
    private static final Duration READ_LIMIT = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration DELETE_LIMIT = Duration.ofMinutes(2);
    private static final Duration DELETE_PAUSE = Duration.ofMillis(500);
    private static final int REST_MS = 2_000;
    private static final int VANISH_ONE_IN = 4;

    private final int number;
    private final String address;
    private final SoakCrew crew;
    private final SoakBooks books;
    private final List<String> topics;
    private final SplittableRandom random;
    private int round;

    GroupChurner(int number, String address, SoakCrew crew, SoakBooks books, SoakPlan plan, SplittableRandom random) {
        this.number = number;
        this.address = address;
        this.crew = crew;
        this.books = books;
        this.topics = plan.topicNames();
        this.random = random;
    }

    /** Until the crew stops; no group is left behind. */
    void churn() throws InterruptedException {
        try (PatientAdmin admin = new PatientAdmin(address, books.counts()::kills)) {
            do {
                playRound(admin, "passing-group-" + number + "-" + round);
                round++;
            } while (!crew.rest(Duration.ofMillis(random.nextInt(REST_MS))));
        }
    }

    private void playRound(PatientAdmin admin, String group) throws InterruptedException {
        GroupKind kind = GroupKind.values()[round % GroupKind.values().length];
        Map<String, Object> settings = SoakClients.member(address, group, kind);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        boolean hasCommitted;
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings);
        try {
            consumer.subscribe(List.of(topics.get(random.nextInt(topics.size()))));
            Optional<Map<TopicPartition, OffsetAndMetadata>> committed = commit(consumer, read(consumer));
            hasCommitted = committed.isPresent();
            if (committed.isPresent()) {
                compare(admin, group, committed.get());
            }
        } finally {
            consumer.close(random.nextInt(VANISH_ONE_IN) == 0 ? SoakClients.vanishing() : SoakClients.leaving());
        }
        if (hasCommitted || isListed(admin, group)) {
            delete(admin, group);
        }
    }

    // Few records or none where the machine is slow: then there is little to commit, which is no failure.
    private Map<TopicPartition, OffsetAndMetadata> read(KafkaConsumer<byte[], byte[]> consumer) {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        int records = 0;
        Stopwatch watch = Stopwatch.started();
        while (records < RECORDS && !watch.hasPassed(READ_LIMIT) && !crew.isStopping()) {
            for (ConsumerRecord<byte[], byte[]> record : SoakClients.poll(consumer, POLL)) {
                positions.put(
                        new TopicPartition(record.topic(), record.partition()),
                        new OffsetAndMetadata(record.offset() + 1));
                records++;
            }
        }
        return positions;
    }

    private static Optional<Map<TopicPartition, OffsetAndMetadata>> commit(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, OffsetAndMetadata> positions) {
        if (positions.isEmpty()) {
            return Optional.empty();
        }
        try {
            consumer.commitSync(positions);
            return Optional.of(positions);
        } catch (CommitFailedException | RebalanceInProgressException e) {
            return Optional.empty(); // The group let go of its member, as it may on a busy machine.
        }
    }

    private void compare(PatientAdmin admin, String group, Map<TopicPartition, OffsetAndMetadata> committed)
            throws InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> found = positions(admin, group);
        committed.forEach((partition, position) -> {
            OffsetAndMetadata answer = found.get(partition);
            if (answer == null || answer.offset() != position.offset()) {
                books.complaints().add("%s %s: committed %s, found %s".formatted(group, partition, position, answer));
            }
        });
    }

    private static Map<TopicPartition, OffsetAndMetadata> positions(PatientAdmin admin, String group)
            throws InterruptedException {
        return admin.positions(Map.of(group, new ListConsumerGroupOffsetsSpec()))
                .getOrDefault(group, Map.of());
    }

    private void delete(PatientAdmin admin, String group) throws InterruptedException {
        Stopwatch watch = Stopwatch.started();
        boolean isDeleted = false;
        while (!isDeleted && !watch.hasPassed(DELETE_LIMIT)) {
            isDeleted = admin.deleteGroup(group);
            if (!isDeleted) {
                Thread.sleep(DELETE_PAUSE);
            }
        }
        if (!isDeleted) {
            books.complaints().add(group + " still has members after " + DELETE_LIMIT);
        } else if (!positions(admin, group).isEmpty()) {
            books.complaints().add(group + " still has positions after it was deleted");
        }
        books.counts().groupDeleted();
    }

    // A group that nobody joined before the end came was never made.
    private static boolean isListed(PatientAdmin admin, String group) throws InterruptedException {
        return PatientAdmin.await(() -> admin.admin().listGroups().all()).stream()
                .anyMatch(listing -> listing.groupId().equals(group));
    }
}
