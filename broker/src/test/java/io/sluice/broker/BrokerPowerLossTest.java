package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.common.SimulatedClock;
import io.sluice.common.TopicId;
import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.Compression;
import io.sluice.log.disk.SimulatedCrashException;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.ReplicationSettings;
import io.sluice.replication.journal.JournalSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/**
 * Lives of a broker that each end in a power loss while creations and deletions are on their way between the metadata and
 * the data shard: what was acknowledged stands, and whatever topic is there can be used. Threads are real, so a seed fixes
 * the load and the losses, not the interleaving. {@code -Dsluice.schedules=N} runs more, {@code -Dsluice.seed=S} begins
 * elsewhere.
 */
final class BrokerPowerLossTest {
    private static final int LIVES = 4;

    @Test
    void topicsAreWhatWasAcknowledgedAndAllCanBeUsed() {
        long first = Long.getLong("sluice.seed", 1);
        int schedules = Integer.getInteger("sluice.schedules", 8);
        for (long seed = first; seed < first + schedules; seed++) {
            new Schedule(seed).run();
        }
    }

    private static final class Schedule {
        private final long seed;
        private final Random random;
        private final Map<String, TopicId> acknowledged = new HashMap<>();
        private final Set<String> unsure = new HashSet<>();
        private final Set<TopicId> deleted = new HashSet<>();
        private final Set<Long> producerIds = new HashSet<>();
        private SimulatedDisk disk;
        private int created;

        Schedule(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.disk = new SimulatedDisk(new Random(seed));
        }

        void run() {
            for (int life = 0; life < LIVES; life++) {
                LocalBroker broker = open();
                verify(broker);
                work(broker);
                leaveUnanswered(broker);
                SimulatedDisk later = disk.afterPowerLoss();
                endThreads(broker);
                disk = later;
            }
            LocalBroker last = open();
            verify(last);
            last.stop();
        }

        private static void endThreads(LocalBroker powerless) {
            try {
                powerless.stop();
            } catch (SimulatedCrashException | CompletionException expected) {
                // There is no disk to stop on in good order.
            }
        }

        private LocalBroker open() {
            ReplicationSettings settings = new ReplicationSettings(
                    Path.of("/data"),
                    new JournalSettings(256 << 10, 1 << 20, 16 << 20),
                    1 << 20,
                    2 << 20,
                    32 << 10,
                    60_000,
                    8);
            return LocalBroker.open(
                    BrokerSettings.DEFAULT,
                    settings,
                    disk,
                    new SimulatedClock(),
                    new Random(random.nextLong()),
                    Thread.ofPlatform().daemon().factory());
        }

        private void work(LocalBroker broker) {
            for (int i = 0; i < 5; i++) {
                String name = "topic-" + created++;
                Topic topic = create(broker, name).join().get();
                acknowledged.put(name, topic.id());
                if (random.nextInt(3) == 0) {
                    assertThat(broker.topics().delete(topic.id()).join().isOk()).isTrue();
                    acknowledged.remove(name);
                    deleted.add(topic.id());
                }
                long producerId = broker.producerIds().next().join().get();
                assertThat(producerIds.add(producerId)).as("seed %d", seed).isTrue();
            }
        }

        /** The power goes while these are somewhere between two journals. */
        private void leaveUnanswered(LocalBroker broker) {
            for (int i = random.nextInt(4); i > 0; i--) {
                String name = "topic-" + created++;
                unsure.add(name);
                create(broker, name);
            }
            List<String> names = new ArrayList<>(acknowledged.keySet());
            if (!names.isEmpty() && random.nextBoolean()) {
                String name = names.get(random.nextInt(names.size()));
                broker.topics().delete(acknowledged.remove(name));
                unsure.add(name);
            }
        }

        private CompletableFuture<Result<Topic>> create(LocalBroker broker, String name) {
            NewTopic topic = new NewTopic(name, 1 + random.nextInt(3), 1, Map.of());
            return broker.topics().create(topic, false);
        }

        private void verify(LocalBroker broker) {
            for (Topic topic : broker.topics().all()) {
                TopicId known = acknowledged.get(topic.name());
                assertThat(known == null ? unsure.contains(topic.name()) : known.equals(topic.id()))
                        .as("seed %d: %s may exist", seed, topic.name())
                        .isTrue();
                assertThat(deleted).as("seed %d", seed).doesNotContain(topic.id());
                acknowledged.put(topic.name(), topic.id());
                assertThat(append(topic))
                        .as("seed %d: append to %s", seed, topic.name())
                        .isEqualTo(ErrorCode.NONE);
            }
            assertThat(broker.topics().all())
                    .as("seed %d", seed)
                    .extracting(Topic::name)
                    .containsExactlyInAnyOrderElementsOf(acknowledged.keySet());
            unsure.removeAll(acknowledged.keySet());
            for (String name : unsure) {
                Result<Topic> again = create(broker, name).join();
                assertThat(again.error())
                        .as("seed %d: %s is not there, so its name is free", seed, name)
                        .isEqualTo(ErrorCode.NONE);
                acknowledged.put(name, again.get().id());
            }
            unsure.clear();
        }

        private static ErrorCode append(Topic topic) {
            CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
            topic.partition(topic.partitionCount() - 1)
                    .append(
                            new BatchBuilder(Compression.NONE)
                                    .add(1_000, null, new byte[] {1})
                                    .build(),
                            Runnable::run,
                            (error, baseOffset, startOffset) -> answer.complete(error));
            return answer.join();
        }
    }
}
