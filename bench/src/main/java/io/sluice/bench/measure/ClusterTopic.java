package io.sluice.bench.measure;

import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.RawKafkaConnection;
import io.sluice.testkit.RawRequests;
import io.sluice.testkit.RawResponses;
import io.sluice.testkit.Stopwatch;
import io.sluice.testkit.cluster.ClusterAdmin;
import io.sluice.testkit.cluster.ClusterUnderTest;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartitionInfo;

/** The topic of a bench on a cluster: on all nodes, led by all of them in turn. */
public final class ClusterTopic {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration SETTLE = Duration.ofSeconds(2);

    private ClusterTopic() {}

    /** Waits until each partition is led where it shall be and all its replicas follow. */
    static void awaitWhole(ClusterUnderTest cluster, String topic) {
        await(cluster, topic, each -> isFollowed(each) && isLedWhereItShallBe(each));
        Stopwatch.sleep(SETTLE);
    }

    /** The same, and until each has so many replicas. */
    static void awaitWhole(ClusterUnderTest cluster, String topic, int replicas) {
        await(
                cluster,
                topic,
                each -> isFollowed(each) && each.replicas().size() == replicas && isLedWhereItShallBe(each));
        Stopwatch.sleep(SETTLE);
    }

    /** Waits until each partition is led and all its replicas follow. */
    public static void awaitFollowed(ClusterUnderTest cluster, String topic) {
        await(cluster, topic, ClusterTopic::isFollowed);
    }

    /** Addresses of those that lead the partitions, by partition. */
    static List<String> leaders(ClusterUnderTest cluster, String topic) {
        return await(cluster, topic, each -> each.leader() != null).stream()
                .map(each -> cluster.nodeOf(each.leader().id()).kafkaAddress())
                .toList();
    }

    private static List<TopicPartitionInfo> await(
            ClusterUnderTest cluster, String topic, Predicate<TopicPartitionInfo> wanted) {
        Stopwatch watch = Stopwatch.started();
        try (ClusterAdmin admin = new ClusterAdmin(cluster.addresses())) {
            List<TopicPartitionInfo> partitions = partitions(admin, topic);
            while (partitions.isEmpty() || !partitions.stream().allMatch(wanted)) {
                if (watch.hasPassed(LIMIT)) {
                    throw new IllegalStateException("the partitions are not whole after " + LIMIT + ": " + partitions);
                }
                Stopwatch.sleep(LOOK);
                partitions = partitions(admin, topic);
            }
            return partitions;
        }
    }

    private static List<TopicPartitionInfo> partitions(ClusterAdmin admin, String topic) {
        try {
            return admin.partitions(topic);
        } catch (ExecutionException | TimeoutException notYet) {
            return List.of();
        }
    }

    private static boolean isFollowed(TopicPartitionInfo partition) {
        return partition.leader() != null
                && partition.isr().size() == partition.replicas().size();
    }

    private static boolean isLedWhereItShallBe(TopicPartitionInfo partition) {
        return partition.leader().id() == partition.replicas().getFirst().id();
    }

    /** Waits, asking all of the nodes every 20 ms, until each partition tells its end offset on one of them. */
    static void awaitAnswers(List<? extends BrokerUnderTest> nodes, int partitions) {
        Stopwatch watch = Stopwatch.started();
        ByteBuffer question = RawRequests.endOffsets(BenchTopic.NAME, partitions);
        while (nodes.stream().mapToInt(node -> answering(node, question)).sum() < partitions) {
            if (watch.hasPassed(LIMIT)) {
                throw new IllegalStateException("not all partitions answer after " + LIMIT);
            }
            Stopwatch.sleep(LOOK);
        }
    }

    private static int answering(BrokerUnderTest node, ByteBuffer question) {
        try (RawKafkaConnection connection = RawKafkaConnection.connect(node.kafkaAddress())) {
            return RawResponses.partitionsWithEnd(connection.call(question));
        } catch (UncheckedIOException e) {
            return 0;
        }
    }
}
