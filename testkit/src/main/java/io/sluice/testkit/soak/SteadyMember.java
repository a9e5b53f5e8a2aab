package io.sluice.testkit.soak;

import io.sluice.testkit.Stopwatch;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;

/**
 * A member of a group that stays: notes what it reads, commits once a second and before it gives partitions up, never
 * ahead of what it noted. Owner: the thread in {@link #consume}; {@link #end} may be called by any.
 */
final class SteadyMember {
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration COMMIT_EVERY = Duration.ofSeconds(1);

    private final SteadyGroup group;
    private final SoakBooks books;
    private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();
    private volatile End end = End.NOT_YET;

    /** How a member goes. */
    enum End {
        NOT_YET,
        LEAVES,
        VANISHES
    }

    SteadyMember(SteadyGroup group, SoakBooks books) {
        this.group = group;
        this.books = books;
    }

    /** Reads until {@link #end}. */
    void consume(String address) {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(SoakClients.member(address, group.id(), group.kind()));
        try {
            consumer.subscribe(group.topics(), new Handover(consumer));
            Stopwatch sinceCommit = Stopwatch.started();
            while (end == End.NOT_YET) {
                read(consumer);
                if (sinceCommit.hasPassed(COMMIT_EVERY)) {
                    commit(consumer);
                    sinceCommit = Stopwatch.started();
                }
            }
        } finally {
            consumer.close(end == End.VANISHES ? SoakClients.vanishing() : SoakClients.leaving());
        }
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer) {
        for (ConsumerRecord<byte[], byte[]> record : SoakClients.poll(consumer, POLL)) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            books.reads().saw(group.id(), partition, record.offset(), record.value());
            uncommitted.put(partition, new OffsetAndMetadata(record.offset() + 1));
        }
    }

    private void commit(KafkaConsumer<byte[], byte[]> consumer) {
        if (uncommitted.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> positions = Map.copyOf(uncommitted);
        try {
            consumer.commitSync(positions);
        } catch (CommitFailedException | RebalanceInProgressException e) {
            return; // What is still ours after the next poll is committed then; the rest is read again by others.
        }
        books.positions().committed(group.id(), positions);
        uncommitted.clear();
    }

    /** Ends the reading; the thread in {@link #consume} closes its client. */
    void end(End how) {
        end = how;
    }

    /**
     * Positions of partitions that are no longer ours may not be committed later: whoever has them may be ahead. The
     * consumer protocol's client also hands partitions over only inside a poll because there is a listener.
     */
    private final class Handover implements ConsumerRebalanceListener {
        private final KafkaConsumer<byte[], byte[]> consumer;

        Handover(KafkaConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            partitions.forEach(uncommitted::remove);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (end != End.VANISHES) {
                commit(consumer);
            }
            partitions.forEach(uncommitted::remove);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            List.copyOf(partitions).forEach(uncommitted::remove);
        }
    }
}
