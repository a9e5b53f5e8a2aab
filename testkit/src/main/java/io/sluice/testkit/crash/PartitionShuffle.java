package io.sluice.testkit.crash;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Moves partitions of all topics between the shards of a cluster by seed, one after the other, until it is closed. A move that is refused or not
 * answered is none: what must not be lost is watched by others. Owner: one thread; it has one of its own.
 */
final class PartitionShuffle implements AutoCloseable {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
    private static final int COPIED_BYTES_PER_SECOND = 4 << 20;
    private static final int PAUSE_MS_MAX = 3_000;
    private static final Duration END_LIMIT = Duration.ofSeconds(30);

    private final SplittableRandom random;
    private final Admin admin;
    private final Thread thread;
    private final AtomicInteger begun = new AtomicInteger();
    private volatile boolean isOver;

    PartitionShuffle(String addresses, SplittableRandom random) {
        this.random = random;
        int callMs = (int) CALL_LIMIT.toMillis();
        admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, addresses,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, callMs,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, callMs));
        thread = Thread.ofPlatform().name("partition-shuffle").start(this::run);
    }

    /** Moves that were taken on. */
    int begun() {
        return begun.get();
    }

    private void run() {
        try {
            boolean isSlow = false;
            while (!isOver) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(PAUSE_MS_MAX));
                isSlow = isSlow || slowDown();
                moveOne();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nodes with little memory have a load beside the copies, and misfortunes. */
    private boolean slowDown() throws InterruptedException {
        AlterConfigOp slower = new AlterConfigOp(
                new ConfigEntry("sluice.move.bytes.per.second", Integer.toString(COPIED_BYTES_PER_SECOND)),
                AlterConfigOp.OpType.SET);
        try {
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.BROKER, ""), List.of(slower)))
                    .all()
                    .get(CALL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException notNow) {
            return false;
        }
    }

    private void moveOne() throws InterruptedException {
        try {
            // Dead letters do not move.
            List<String> topics = admin.listTopics().names().get(CALL_LIMIT.toMillis(), TimeUnit.MILLISECONDS).stream()
                    .filter(name -> !name.endsWith(".dead"))
                    .sorted()
                    .toList();
            if (topics.isEmpty()) {
                return;
            }
            String topic = topics.get(random.nextInt(topics.size()));
            TopicDescription described = admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(CALL_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .get(topic);
            List<TopicPartitionInfo> partitions =
                    described == null ? List.<TopicPartitionInfo>of() : described.partitions();
            if (!partitions.isEmpty()) {
                move(topic, partitions.get(random.nextInt(partitions.size())));
            }
        } catch (ExecutionException | TimeoutException refused) {
            // The next one may go better.
        }
    }

    /** To the shard that another of its nodes should lead. */
    private void move(String topic, TopicPartitionInfo partition)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<Integer> nodes =
                new ArrayList<>(partition.replicas().stream().map(Node::id).toList());
        Collections.swap(nodes, 0, random.nextInt(nodes.size()));
        admin.alterPartitionReassignments(Map.of(
                        new TopicPartition(topic, partition.partition()),
                        Optional.of(new NewPartitionReassignment(nodes))))
                .all()
                .get(CALL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        begun.incrementAndGet();
    }

    @Override
    public void close() {
        isOver = true;
        try {
            thread.join(END_LIMIT);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        admin.close(CALL_LIMIT);
    }
}
