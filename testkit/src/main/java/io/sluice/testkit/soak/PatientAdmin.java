package io.sluice.testkit.soak;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * An admin client that changes things through a kill. Its library sends a request again whose answer the kill took; that
 * the change was made already is no failure then, and one at any other time.
 */
final class PatientAdmin implements AutoCloseable {
    private static final long LIMIT_SECONDS = 180;

    private final Admin admin;
    private final IntSupplier kills;

    /** {@code kills} answers how often the broker was killed so far, counted before each kill. */
    PatientAdmin(String address, IntSupplier kills) {
        this.admin = Admin.create(SoakClients.admin(address));
        this.kills = kills;
    }

    /** For everything that changes nothing. */
    Admin admin() {
        return admin;
    }

    void createTopics(List<NewTopic> topics) throws InterruptedException {
        change(TopicExistsException.class, () -> admin.createTopics(topics).all());
    }

    void deleteTopic(String name) throws InterruptedException {
        change(
                UnknownTopicOrPartitionException.class,
                () -> admin.deleteTopics(List.of(name)).all());
    }

    /** False if it still has members. */
    boolean deleteGroup(String group) throws InterruptedException {
        Optional<ApiException> refusal = change(
                GroupIdNotFoundException.class,
                GroupNotEmptyException.class,
                () -> admin.deleteConsumerGroups(List.of(group)).all());
        return refusal.isEmpty();
    }

    /** Committed positions by group. */
    Map<String, Map<TopicPartition, OffsetAndMetadata>> positions(Map<String, ListConsumerGroupOffsetsSpec> groups)
            throws InterruptedException {
        return await(() -> admin.listConsumerGroupOffsets(groups).all());
    }

    private void change(Class<? extends ApiException> madeBefore, Supplier<KafkaFuture<Void>> call)
            throws InterruptedException {
        // No change is refused for being made before when it was not.
        Optional<ApiException> refusal = change(madeBefore, madeBefore, call);
        if (refusal.isPresent()) {
            throw new IllegalStateException("refused: " + refusal.get(), refusal.get());
        }
    }

    // Answers an error of the class `expected` that no kill explains.
    private Optional<ApiException> change(
            Class<? extends ApiException> madeBefore,
            Class<? extends ApiException> expected,
            Supplier<KafkaFuture<Void>> call)
            throws InterruptedException {
        int killsBefore = kills.getAsInt();
        try {
            call.get().get(LIMIT_SECONDS, TimeUnit.SECONDS);
            return Optional.empty();
        } catch (ExecutionException e) {
            if (madeBefore.isInstance(e.getCause()) && kills.getAsInt() != killsBefore) {
                return Optional.empty();
            }
            if (expected.isInstance(e.getCause())) {
                return Optional.of(expected.cast(e.getCause()));
            }
            throw new IllegalStateException("refused: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("no answer for " + LIMIT_SECONDS + " s", e);
        }
    }

    /** The answer to a question. */
    static <T> T await(Supplier<KafkaFuture<T>> question) throws InterruptedException {
        try {
            return question.get().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("refused: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("no answer for " + LIMIT_SECONDS + " s", e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
