package io.sluice.testkit.soak;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Asks for the committed positions of all groups that stay, again and again: none may go back. Owner: one thread. */
final class Auditor {
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final SoakBooks books;
    private final Map<String, ListConsumerGroupOffsetsSpec> questions = new HashMap<>();

    Auditor(SoakBooks books, SoakPlan plan) {
        this.books = books;
        for (SteadyGroup group : plan.steadyGroups()) {
            List<TopicPartition> partitions = group.partitions(plan.partitions());
            questions.put(group.id(), new ListConsumerGroupOffsetsSpec().topicPartitions(partitions));
        }
    }

    /** Until {@code crew} stops, and once more then. */
    void audit(String address, SoakCrew crew) throws InterruptedException {
        try (PatientAdmin admin = new PatientAdmin(address, books.counts()::kills)) {
            boolean isLast = false;
            while (!isLast) {
                isLast = crew.rest(PAUSE);
                auditOnce(admin);
            }
        }
    }

    private void auditOnce(PatientAdmin admin) throws InterruptedException {
        Map<String, Map<TopicPartition, Long>> known = books.positions().snapshot();
        Map<String, Map<TopicPartition, OffsetAndMetadata>> answer = admin.positions(questions);
        for (String group : questions.keySet()) {
            Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>(answer.getOrDefault(group, Map.of()));
            positions.values().removeIf(Objects::isNull); // The library's way to say that there is none.
            books.positions().audit(group, known.getOrDefault(group, Map.of()), positions);
        }
    }
}
